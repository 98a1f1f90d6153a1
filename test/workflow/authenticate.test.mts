import type { IExecuteFunctions, IHttpRequestOptions, INodeType } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { METHOD, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { loadPackage, runWorkflow } from '../../tools/sandbox/engine.mts';
import { guard, watch } from '../support/leaks.mts';
import { node, simulate } from './query.mts';

/** Characters that must be encoded on their way, and only once. */
const HARD = { auth_no: '订单 1+1=2&a=b%20', operation_id: '"流水"/\\?#;~*(🧧)' };
const OBJECT = { method: METHOD, biz_content: HARD };
const TEXTS = { method: METHOD, biz_content: JSON.stringify(HARD) };
const FORM = new URLSearchParams(TEXTS).toString();
const JSON_HEADERS = { 'Content-Type': 'application/json' };

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
beforeEach(() => {
	simulator.requests.length = 0;
});

type Helper = 'httpRequestWithAuthentication' | 'requestWithAuthentication';

/** Runs a node that sends one request with the credential, as the HTTP Request node does. */
async function send(helper: Helper, options: object) {
	const caller: INodeType = {
		description: {
			displayName: 'Caller',
			name: 'caller',
			group: ['transform'],
			version: 1,
			description: '',
			defaults: { name: 'Caller' },
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: 'alipayApi', required: true }],
			properties: [],
		},
		async execute(this: IExecuteFunctions) {
			const request = this.helpers[helper].bind(this) as (...args: unknown[]) => Promise<unknown>;
			return [[{ json: { response: await request('alipayApi', options) } as never }]];
		},
	};
	guard(simulator.credential);
	const output = await runWorkflow({
		workflow: {
			nodes: [
				node('Start', 'n8n-nodes-base.manualTrigger'),
				node('Caller', 'test.caller', { credentials: { alipayApi: { id: '1', name: 'Alipay' } } }),
			],
			connections: { Start: { main: [[{ node: 'Caller', type: 'main', index: 0 }]] } },
		},
		items: [{ json: {} }],
		credential: { ...simulator.credential },
		nodeTypes: { 'test.caller': caller },
	});
	watch('the items or messages of a run', JSON.stringify(output.run));
	return output;
}

/** The numbers reached the gateway complete, under a signature that it accepted, in one POST. */
function expectAccepted() {
	expect(simulator.requests.map((request) => request.outcome)).toEqual([
		'40004 AUTH_ORDER_NOT_EXIST',
	]);
	const [request] = simulator.requests;
	expect(JSON.parse(request?.params.biz_content ?? '')).toEqual(HARD);
	expect(request?.method).toBe('POST');
	expect(request?.query).toHaveProperty('charset', 'utf-8');
}

/** A request as the author of a workflow can write it. */
const SHAPES: Array<[shape: string, options: (url: string) => object]> = [
	['an object in the body', (url) => ({ url, body: OBJECT })],
	['texts in the body', (url) => ({ url, body: TEXTS })],
	['JSON text in the body', (url) => ({ url, body: JSON.stringify(OBJECT) })],
	[
		'JSON text and a JSON content type',
		(url) => ({ url, body: JSON.stringify(OBJECT), headers: JSON_HEADERS }),
	],
	['an object and the json flag', (url) => ({ url, body: OBJECT, json: true })],
	['form text in the body', (url) => ({ url, body: FORM })],
	['a query', (url) => ({ url, qs: TEXTS })],
	['an object in the query', (url) => ({ url, qs: OBJECT })],
	['a query in the URL', (url) => ({ url: `${url}?${FORM}` })],
	[
		'the method in the query, the rest in the body',
		(url) => ({ url, qs: { method: METHOD }, body: { biz_content: HARD } }),
	],
	[
		'a body with blanks among the parameters',
		(url) => ({ url, body: { ...OBJECT, app_auth_token: '', notify_url: null } }),
	],
	[
		'an old signature',
		(url) => ({ url, body: { ...OBJECT, sign: 'c3RhbGU=', timestamp: '2001-01-01 00:00:00' } }),
	],
];

describe('httpRequestWithAuthentication', () => {
	it.each([
		...SHAPES,
		['URLSearchParams', (url: string) => ({ url, body: new URLSearchParams(TEXTS) })] as const,
		['a base URL', (url: string) => ({ baseURL: url, url: '', body: OBJECT })] as const,
	])('signs a request with %s so that Alipay accepts it', async (_shape, options) => {
		const { error } = await send('httpRequestWithAuthentication', {
			method: 'POST',
			...options(simulator.url),
		});
		expect(error).toBeUndefined();
		expectAccepted();
	});

	it('turns a GET into the POST that Alipay requires', async () => {
		await send('httpRequestWithAuthentication', { method: 'GET', url: simulator.url, qs: TEXTS });
		expectAccepted();
	});

	it('returns the response as n8n reads any JSON', async () => {
		const { auth_no, operation_id } = SAMPLES.closed;
		const { items } = await send('httpRequestWithAuthentication', {
			method: 'POST',
			url: simulator.url,
			body: { method: METHOD, biz_content: { auth_no, operation_id } },
			json: true,
		});
		expect(items('Caller')[0]?.json.response).toMatchObject({
			alipay_fund_coupon_operation_query_response: { status: 'CLOSED' },
		});
	});

	it('does not sign a request to another host, and names the right host in the message', async () => {
		const url = 'http://127.0.0.1:9/gateway.do';
		const { error } = await send('httpRequestWithAuthentication', {
			method: 'POST',
			url,
			body: OBJECT,
		});
		expect(`${error?.message} ${error?.description}`).toContain(
			`signs requests to ${simulator.url} only`,
		);
		expect(simulator.requests).toHaveLength(0);
	});
});

describe('requestWithAuthentication, the older helper', () => {
	it.each([
		...SHAPES,
		['form fields', (url: string) => ({ url, form: TEXTS })] as const,
		['form fields and the json flag', (url: string) => ({ url, form: TEXTS, json: true })] as const,
		['uri in place of url', (uri: string) => ({ uri, body: OBJECT })] as const,
	])('signs a request with %s so that Alipay accepts it', async (_shape, options) => {
		const { error } = await send('requestWithAuthentication', {
			method: 'POST',
			...options(simulator.url),
		});
		expect(error).toBeUndefined();
		expectAccepted();
	});
});

describe('authenticate itself', () => {
	it('signs a signed request again, as n8n does on a retry', async () => {
		const { type } = (await loadPackage()).getCredential('alipayApi');
		const authenticate = type.authenticate as (...args: unknown[]) => Promise<IHttpRequestOptions>;
		const request = { method: 'POST', url: simulator.url, body: OBJECT };
		const once = await authenticate(simulator.credential, request);
		const twice = await authenticate(simulator.credential, once);
		await fetch(twice.url, {
			method: twice.method ?? '',
			body: String(twice.body),
			headers: twice.headers as Record<string, string>,
		});
		expectAccepted();
	});
});
