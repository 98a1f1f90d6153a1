/**
 * n8n's own nodes with the credential: what is stored, where they send, and what a person reads.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chain } from '../../tools/sandbox/chain.mts';
import type { NodeJson } from '../../tools/sandbox/client.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { METHOD, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { guard } from '../support/leaks.mts';
import { NOWHERE } from '../support/nowhere.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const TOKEN = '202609BBofTheMerchantNobodyMayRead01';

type Settings = Partial<NodeJson>;
type Parameters = NodeJson['parameters'];

const SIGNED_IN: Parameters = {
	authentication: 'predefinedCredentialType',
	nodeCredentialType: 'alipayApi',
};

const httpRequest = (parameters: Parameters, settings: Settings = {}) => ({
	name: 'HTTP Request',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: { method: 'POST', ...SIGNED_IN, ...parameters },
	...settings,
});

const fields = (...pairs: Array<[name: string, value: string]>): Parameters => ({
	parameters: pairs.map(([name, value]) => ({ name, value })),
});

const json = (body: unknown): Parameters => ({
	sendBody: true,
	specifyBody: 'json',
	jsonBody: typeof body === 'string' ? body : JSON.stringify(body),
});

const query = (biz_content: object) => json({ method: METHOD, biz_content });
const response = (response: object) => ({ response: { response } });

const CONTINUE: Settings = { onError: 'continueRegularOutput' };
const TO_ERROR_OUTPUT: Settings = { onError: 'continueErrorOutput' };
const RETRY: Settings = { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 };

interface Stored {
	what: string;
	biz?: object;
	options?: Parameters;
	settings?: Settings;
	gatewayUrl?: string;
	/** The default is success. */
	status?: 'error';
}

const PAGES = {
	parameters: { parameters: [{ type: 'body', name: 'page', value: '={{ $pageCount }}' }] },
	paginationCompleteWhen: 'other',
	completeExpression: '={{ $pageCount > 1 }}',
	limitPagesFetched: true,
	maxRequests: 3,
};
const CUT = scenarioByMerchant('SIM-TRUNCATED');
const SILENT = scenarioByMerchant('SIM-SILENCE');
const BAD_GATEWAY = scenarioByMerchant('SIM-HTTP-502');
const TEXT = response({ responseFormat: 'text' });
const FULL = response({ fullResponse: true, responseFormat: 'json' });
const EXECUTIONS: Stored[] = [
	{ what: 'a success' },
	{ what: 'a success with headers and status', options: response({ fullResponse: true }) },
	{ what: 'a success read as a file', options: response({ responseFormat: 'file' }) },
	{ what: 'pages', options: { pagination: { pagination: PAGES } } },
	{ what: 'a refusal by Alipay', biz: scenarioByMerchant('SIM-AUTH-ORDER-NOT-EXIST') },
	{ what: 'a broken-off response', biz: CUT, options: TEXT, status: 'error' },
	{ what: 'a broken-off response with headers', biz: CUT, options: FULL, status: 'error' },
	{ what: 'a broken-off response, continued', biz: CUT, options: TEXT, settings: CONTINUE },
	{ what: 'a timeout', biz: SILENT, options: { timeout: 500 }, status: 'error' },
	{ what: 'a timeout, continued', biz: SILENT, options: { timeout: 500 }, settings: CONTINUE },
	{ what: 'a redirect', biz: scenarioByMerchant('SIM-REDIRECT'), status: 'error' },
	{ what: 'a refused connection', gatewayUrl: NOWHERE, status: 'error' },
	{ what: 'a refused connection, continued', gatewayUrl: NOWHERE, settings: CONTINUE },
	{ what: 'a reset connection', biz: scenarioByMerchant('SIM-RESET'), status: 'error' },
	{ what: 'a reset, continued', biz: scenarioByMerchant('SIM-RESET'), settings: CONTINUE },
	{ what: 'HTTP 502', biz: BAD_GATEWAY, status: 'error' },
	{ what: 'HTTP 502, continued', biz: BAD_GATEWAY, settings: CONTINUE },
	{ what: 'HTTP 502 to the error output', biz: BAD_GATEWAY, settings: TO_ERROR_OUTPUT },
	{ what: 'HTTP 502 and Retry On Fail', biz: BAD_GATEWAY, settings: RETRY, status: 'error' },
	{
		what: 'HTTP 502 and Never Error',
		biz: BAD_GATEWAY,
		options: response({ neverError: true, fullResponse: true }),
	},
	{
		what: 'a web page read as JSON',
		biz: scenarioByMerchant('SIM-HTML'),
		options: response({ responseFormat: 'json' }),
		status: 'error',
	},
	{ what: 'a response without a signature', biz: scenarioByMerchant('SIM-UNSIGNED') },
];

/** A secret in the forms of a database: as text, in a URL, as bytes in JSON, in base64. */
function spellings(secret: string): string[] {
	const bytes = Buffer.from(secret);
	const inBase64 = [0, 1, 2].map((before) =>
		Buffer.concat([Buffer.alloc(before), bytes])
			.toString('base64')
			.slice(4, -4),
	);
	return [secret, encodeURIComponent(secret), [...bytes].join(','), ...inBase64];
}

/** Two hosts: the first redirects to the second, and each keeps its requests. */
async function startRedirects() {
	const listen = async (record: string[], location?: string) => {
		const server = createServer((incoming, outgoing) => {
			record.push(`${incoming.method} ${incoming.url}`);
			incoming.resume();
			if (!location) return void outgoing.end('{"stolen":true}');
			return void outgoing.writeHead(Number(incoming.url?.slice(1, 4)), { location }).end();
		});
		server.listen(0);
		await once(server, 'listening');
		return { server, port: (server.address() as AddressInfo).port };
	};
	const seen: { first: string[]; second: string[] } = { first: [], second: [] };
	const second = await listen(seen.second);
	const first = await listen(seen.first, `http://localhost:${second.port}/gateway.do`);
	return {
		seen,
		url: (status: number) => `http://127.0.0.1:${first.port}/${status}`,
		close: () => {
			for (const { server } of [first, second]) server.close().closeAllConnections();
		},
	};
}

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	let stage: Stage;
	let redirects: Awaited<ReturnType<typeof startRedirects>>;
	beforeAll(async () => {
		guard({ appAuthToken: TOKEN });
		redirects = await startRedirects();
		stage = await openStage({ release });
	});
	afterAll(async () => {
		redirects?.close();
		await stage?.close();
	});

	/** Executes a node with a credential that differs from the stage's by `changes`. */
	async function run(node: Settings & { name: string; type: string }, changes: object = {}) {
		const form = { ...stage.form, ...changes };
		const alipayApi = await stage.client.saveCredential(undefined, 'Other', 'alipayApi', form);
		const workflow = chain('Run', [{}], { ...node, credentials: { alipayApi } });
		return await stage.client.execute(workflow, 'Start');
	}

	describe('stores neither the token nor a signature', () => {
		it.each(EXECUTIONS)('for $what', async ({ biz = SAMPLES.closed, options = {}, ...stored }) => {
			const { settings, gatewayUrl = stage.simulator.url } = stored;
			const node = httpRequest({ url: gatewayUrl, ...query(biz), options }, settings);
			const { status } = await run(node, { appAuthToken: TOKEN, gatewayUrl });
			expect(status).toBe(stored.status ?? 'success');
		});

		it('anywhere in its database', () => {
			const rows = stage.stored();
			const { requests } = stage.simulator;
			// The searched values were sent, and the other data is stored.
			expect(requests.filter(({ params }) => params.app_auth_token === TOKEN)).not.toEqual([]);
			const executions = rows.filter((row) => row.startsWith('execution_data '));
			expect(executions).toHaveLength(EXECUTIONS.length);
			for (const row of executions) expect(row).toContain(METHOD);

			const signatures = requests.map(({ params }) => params.sign ?? '');
			for (const secret of [TOKEN, ...signatures].filter(Boolean).flatMap(spellings)) {
				expect(rows.filter((row) => row.includes(secret))).toEqual([]);
			}
			// Also for requests that no gateway saw.
			expect(rows.filter((row) => /[?&]sign=/.test(row))).toEqual([]);
		});
	});

	describe('does not follow a redirect to another host, with all domains allowed', () => {
		const FOLLOW = { redirect: { redirect: { followRedirects: true, maxRedirects: 21 } } };
		const PARAMS: Array<[string, string]> = [
			['method', METHOD],
			['biz_content', '{}'],
		];
		const NODES: Record<string, (url: string) => ReturnType<typeof httpRequest>> = {
			'HTTP Request': (url) => httpRequest({ url, ...query({}) }),
			'HTTP Request that is told to': (url) =>
				httpRequest({ url, ...query({}), options: FOLLOW }, { typeVersion: 4.1 }),
			'HTTP Request with GET': (url) =>
				httpRequest({ url, method: 'GET', sendQuery: true, queryParameters: fields(...PARAMS) }),
			'HTTP Request of version 3': (url) =>
				httpRequest({ url, ...query({}), options: FOLLOW }, { typeVersion: 3 }),
			GraphQL: (url) => ({
				name: 'GraphQL',
				type: 'n8n-nodes-base.graphql',
				typeVersion: 1.1,
				parameters: {
					...SIGNED_IN,
					endpoint: `${url}?${new URLSearchParams(PARAMS).toString()}`,
					requestFormat: 'json',
					query: '{ a }',
					responseFormat: 'string',
				},
			}),
		};
		// GraphQL of n8n 1 does not accept a credential of a service.
		const nodes = Object.keys(NODES).filter((node) => node !== 'GraphQL' || release === NEWEST);
		const cases = nodes.flatMap((node) =>
			[301, 302, 303, 307, 308].map((status) => ({ node, status })),
		);

		it.each(cases)('$status, $node', async ({ node, status }) => {
			const url = redirects.url(status);
			const changes = { gatewayUrl: url, allowedHttpRequestDomains: 'all' };
			redirects.seen.first.length = 0;
			redirects.seen.second.length = 0;
			const execution = await run((NODES[node] as (typeof NODES)[string])(url), changes);
			expect(redirects.seen.first).toContain(`POST /${status}?charset=utf-8`);
			expect(redirects.seen.second).toEqual([]);
			expect(JSON.stringify(execution.items('HTTP Request'))).not.toContain('stolen');
		});
	});

	describe('explains what cannot be signed', () => {
		const url = () => stage.simulator.url;
		const NO_FILES =
			/^The body is Form-Data, a file or other binary data\. This credential signs JSON, form fields and query parameters, not files\. Set Body Content Type to JSON or Form Urlencoded\.$/;
		const raw = (rawContentType: string, body: string): Parameters => ({
			sendBody: true,
			contentType: 'raw',
			rawContentType,
			body,
		});
		const formData = {
			sendBody: true,
			contentType: 'multipart-form-data',
			bodyParameters: fields(['method', METHOD]),
		};

		it.each<[what: string, parameters: Parameters, says: RegExp, settings?: Settings]>([
			['Form-Data', formData, NO_FILES],
			['Form-Data of an older version', formData, NO_FILES, { typeVersion: 4.1 }],
			['a raw body of XML', raw('application/xml', '<method>a</method>'), /not a JSON object/],
			['a raw body of words', raw('text/plain', 'hello world'), /not a JSON object or form/],
			[
				'damaged JSON',
				raw('application/json', '{"method":'),
				/^The body contains JSON that cannot be/,
			],
			['a list', json([{ method: METHOD }]), /^The body is a list or a single value/],
			['no method', json({ biz_content: {} }), /does not contain the parameter method/],
			[
				'two methods',
				{ ...json({ method: 'a' }), sendQuery: true, queryParameters: fields(['method', 'b']) },
				/contains method twice, with different values/,
			],
			[
				'a list in the query',
				{ sendQuery: true, queryParameters: fields(['method', 'a'], ['method', 'b']) },
				/^method is a list/,
				{ typeVersion: 4.3 },
			],
		])('%s', async (_what, parameters, says, settings) => {
			const since = stage.simulator.totalRequests;
			const { status, error } = await run(httpRequest({ url: url(), ...parameters }, settings));
			expect(status).toBe('error');
			expect(error?.message).toMatch(says);
			expect(error?.description ?? '').toBe('');
			// At most the query that checks the Alipay key.
			expect(stage.simulator.totalRequests - since).toBeLessThanOrEqual(1);
		});

		it('a file', async () => {
			const toFile = {
				name: 'To File',
				type: 'n8n-nodes-base.convertToFile',
				typeVersion: 1.1,
				parameters: { operation: 'toText', sourceProperty: 'text', options: {} },
			};
			const parameters = { sendBody: true, contentType: 'binaryData', inputDataFieldName: 'data' };
			const node = {
				...httpRequest({ url: url(), ...parameters }),
				credentials: { alipayApi: stage.credential },
			};
			const items = [{ text: JSON.stringify({ method: METHOD }) }];
			const { error } = await stage.client.execute(chain('File', items, toFile, node), 'Start');
			expect(error?.message).toMatch(NO_FILES);
		});

		it('another path of the gateway', async () => {
			const { error } = await run(
				httpRequest({ url: new URL('/v3/alipay/trade/query', url()).href, ...query({}) }),
			);
			expect(error?.message).toMatch(/signs requests to .*\/gateway\.do only, not to \/v3\//);
		});
	});
});
