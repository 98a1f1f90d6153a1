/** What n8n serves and does over its REST API, on the newest and on the oldest release. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import type { NodeJson, WorkflowJson } from '../../tools/sandbox/client.mts';
import { example } from '../../tools/sandbox/examples.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import {
	alipayPair,
	merchantPair,
	METHOD,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import { bareKey, newPrivateKey, publicHalf } from '../../tools/simulator/keys.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { BY_EITHER_PAIR, CLOSED_OPERATION } from '../support/parameters.mts';
import { CLOSED_ITEM, openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const CLOSED = SAMPLES.closed;

/** A node of one of the workflows in docs/credential.md. */
function nodeOfPage(name: string): NodeJson {
	const page = readFileSync(new URL('../../docs/credential.md', import.meta.url), 'utf8');
	const nodes = [...page.matchAll(/```json\n(.*?)```/gs)].flatMap(
		([, text]) => (JSON.parse(text ?? '') as Partial<WorkflowJson>).nodes ?? [],
	);
	return (
		nodes.find((node) => node.name === name) ?? expect.fail(`docs/credential.md has no ${name}`)
	);
}

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage({ release });
	});
	afterAll(async () => await stage?.close());

	/** Executes the Alipay node after these items. */
	const query = async (items: object[], parameters: object, settings = {}) =>
		await stage.client.execute(
			chain('Query', items, alipay(stage, { ...parameters }, settings)),
			'Start',
		);

	describe('serves', () => {
		it('the package with its version', async () => {
			expect(await stage.client.call('GET', '/rest/community-packages')).toMatchObject([
				{
					packageName: 'n8n-nodes-alipay',
					installedVersion: stage.tarball.version,
					installedNodes: [
						{ name: 'Alipay', type: 'n8n-nodes-alipay.alipay', latestVersion: 1 },
						{
							name: 'Alipay Notification Trigger',
							type: 'n8n-nodes-alipay.alipayNotificationTrigger',
							latestVersion: 1,
						},
						{ name: 'Alipay Trigger', type: 'n8n-nodes-alipay.alipayTrigger', latestVersion: 1 },
					],
				},
			]);
		});

		const nodeType = async (name: string) => {
			const found = (await stage.client.nodeTypes()).find((type) => type.name === name);
			if (!found) throw new Error(`n8n has no node ${name}`);
			return found;
		};

		it('the node, found by "alipay", "红包" and "red packet", with its icons', async () => {
			const { displayName, codex, iconUrl } = await nodeType('n8n-nodes-alipay.alipay');
			expect(displayName).toBe('Alipay');
			expect(codex?.alias).toEqual(expect.arrayContaining(['alipay', '红包', 'red packet']));
			for (const icon of Object.values(iconUrl as { light: string; dark: string })) {
				expect((await stage.client.request('GET', `/${icon}`)).body).toMatch(/^<svg /);
			}
		});

		it('the tool of an AI agent', async () => {
			expect(await nodeType('n8n-nodes-alipay.alipayTool')).toMatchObject({
				displayName: 'Alipay Tool',
				codex: { categories: ['AI'] },
			});
		});

		it('the operation, and Custom API Call next to it', async () => {
			const { properties } = await nodeType('n8n-nodes-alipay.alipay');
			const operation = properties.find(
				({ name, displayOptions }) =>
					name === 'operation' && displayOptions?.show?.resource?.includes('couponOperation'),
			);
			expect(operation?.options?.map(({ name }) => name)).toEqual(['Query', 'Custom API Call']);
		});

		it('the credential, for the node and the triggers', async () => {
			const credentials = await stage.client.call<Array<{ name: string }>>(
				'GET',
				'/types/credentials.json',
			);
			expect(credentials.find(({ name }) => name === 'alipayApi')).toMatchObject({
				displayName: 'Alipay API',
				supportedNodes: [
					'n8n-nodes-alipay.alipay',
					'n8n-nodes-alipay.alipayNotificationTrigger',
					'n8n-nodes-alipay.alipayTrigger',
				],
			});
		});

		it('the preview of the output, with every field of an item', async () => {
			const schema = '/schemas/n8n-nodes-alipay.alipay/1.0.0/couponOperation/query.json';
			const { properties } = await stage.client.call<{ properties: object }>('GET', schema);
			expect(Object.keys(properties)).toEqual(Object.keys(CLOSED_ITEM));
		});
	});

	describe('tests a credential', () => {
		const foreignKey = bareKey(newPrivateKey());

		it('reports success when everything is correct', async () => {
			expect(await stage.client.testCredential(stage.credential, 'alipayApi', stage.form)).toEqual({
				status: 'OK',
				message: 'Connection successful!',
			});
		});

		it.each<[what: string, change: (form: Stage['form']) => object, words: RegExp]>([
			['an unknown App ID', () => ({ appId: '2021999999999999' }), /App ID/],
			[
				'a foreign private key',
				() => ({ privateKey: foreignKey }),
				/does not accept the signature/,
			],
			[
				'a truncated private key',
				(form) => ({ privateKey: form.privateKey?.slice(0, 800) }),
				/Private Key .* its end is missing/,
			],
			[
				'words in place of a key',
				() => ({ privateKey: 'not a key!' }),
				/Private Key .* contains words/,
			],
			['no private key', () => ({ privateKey: '' }), /Private Key .* is empty/],
			[
				"the application's own public key",
				(form) => ({ alipayPublicKey: publicHalf(form.privateKey ?? '') }),
				/application public key/i,
			],
			[
				"another party's public key",
				() => ({ alipayPublicKey: publicHalf(foreignKey) }),
				/signature of the response does not match/,
			],
			[
				'a private key in place of a public one',
				(form) => ({ alipayPublicKey: form.privateKey }),
				/private key/i,
			],
			[
				'plain http to another machine',
				() => ({ gatewayUrl: 'http://example.com/' }),
				/Gateway URL .*https/,
			],
			['no gateway', () => ({ gatewayUrl: '' }), /Gateway URL .*is (empty|not)/],
		])('names %s', async (_what, change, words) => {
			const data = { ...stage.form, ...change(stage.form) };
			const { status, message } = await stage.client.testCredential(
				stage.credential,
				'alipayApi',
				data,
			);
			expect(message).toMatch(words);
			expect(status).toBe('Error');
		});
	});

	describe('executes', () => {
		it('a query by fixed numbers, and stores typed values', async () => {
			const { status, items } = await query([{}], CLOSED_OPERATION);
			expect(status).toBe('success');
			expect(items('Alipay')).toEqual([{ json: CLOSED_ITEM, pairedItem: { item: 0 } }]);
		});

		it('expressions for each item, in order', async () => {
			const rows = [
				{ auth_no: '2026090100002001260000000001', operation_id: '20260901355864862001' },
				merchantPair(CLOSED),
				{ auth_no: '2026090100002001260000000002', operation_id: '20260901355864862003' },
			];
			const { status, items } = await query(rows, BY_EITHER_PAIR);
			expect(status).toBe('success');
			expect(items('Alipay').map(({ json }) => json.operation_id)).toEqual([
				'20260901355864862001',
				CLOSED.operation_id,
				'20260901355864862003',
			]);
		});

		it('failed items to the error output, the others to the first', async () => {
			const rows = [
				CLOSED,
				scenarioByMerchant('SIM-TAMPERED'),
				{ auth_no: CLOSED.auth_no },
				CLOSED,
			];
			const onError = { onError: 'continueErrorOutput' };
			const { status, items } = await query(rows, BY_EITHER_PAIR, onError);
			expect(status).toBe('success');
			expect(items('Alipay').map(({ json }) => json.status)).toEqual(['CLOSED', 'CLOSED']);
			expect(items('Alipay', 1).map(({ json }) => json)).toMatchObject([
				{ details: { code: 'answer-signature-mismatch', retryable: false } },
				{ details: { code: 'invalid-identifiers' } },
			]);
		});

		it('the node again with Retry On Fail, until Alipay responds', async () => {
			const { status, items, runs } = await query(
				[{}],
				{
					identifyBy: 'merchant',
					outOrderNo: 'any order',
					outRequestNo: 'SIM-FLAKY',
					options: { maxTries: 1, includeGatewayDetails: true },
				},
				{ retryOnFail: true, maxTries: 3, waitBetweenTries: 100 },
			);
			expect(status).toBe('success');
			expect(runs('Alipay')).toHaveLength(1);
			// One request per run of the node; the third succeeded.
			expect(items('Alipay')[0]?.json.gateway).toMatchObject({ attempts: 1 });
			const requested = stage.simulator.requests.filter(({ numbers }) =>
				numbers.endsWith('/SIM-FLAKY'),
			);
			expect(requested).toHaveLength(3);
		});

		it('n8n’s HTTP Request node as docs/credential.md shows it, signed with the credential', async () => {
			const { parameters, ...node } = nodeOfPage('Any Alipay API');
			const jsonBody = String(parameters.jsonBody)
				.replace('alipay.trade.query', METHOD)
				.replace('{ out_trade_no: $json.order }', '$json');
			const { status, items } = await stage.client.execute(
				chain('Any Alipay API', [alipayPair(CLOSED)], {
					...node,
					parameters: { ...parameters, jsonBody, url: stage.simulator.url },
					credentials: { alipayApi: stage.credential },
				}),
				'Start',
			);
			expect(status).toBe('success');
			// Alipay calls its JSON text/html, so n8n passes it on as text.
			expect(JSON.parse(String(items('Any Alipay API')[0]?.json.data))).toMatchObject({
				alipay_fund_coupon_operation_query_response: { code: '10000', status: 'CLOSED' },
			});
		});

		it('the first example with its own rows, each with a result or a failure', async () => {
			const workflow = example('00-query-rows.json', stage.credential);
			const { status, items } = await stage.client.execute(workflow, 'Rows');
			expect(status).toBe('success');
			const rows = workflow.pinData?.Rows as object[];
			expect(items('Answers').length + items('Failed rows').length).toBe(rows.length);
			expect(items('Answers')).toContainEqual(
				expect.objectContaining({ json: expect.objectContaining(CLOSED_ITEM) }),
			);
		});
	});

	it('stops at a failed item, with what happened and what to do', async () => {
		const { status, error } = await query([{ auth_no: CLOSED.auth_no }], BY_EITHER_PAIR);
		expect(status).toBe('error');
		expect(error).toMatchObject({
			message: expect.stringMatching(/Operation ID.*\[item 0\]/),
			description: expect.stringMatching(/operation_id/),
		});
	});

	it('keeps a saved workflow and its credential over a restart', async () => {
		const { client } = stage;
		const id = await client.createWorkflow(chain('Kept', [CLOSED], alipay(stage, BY_EITHER_PAIR)));
		await stage.restart();
		await client.signIn(stage.account);
		const { status, items } = await client.ended(await client.begin(id, 'Start'));
		expect(status).toBe('success');
		expect(items('Alipay')).toEqual([{ json: CLOSED_ITEM, pairedItem: { item: 0 } }]);
	});
});
