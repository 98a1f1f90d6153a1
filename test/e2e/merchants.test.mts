/**
 * The example for several merchants: each row uses the token of its merchant, and no token is
 * output.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Execution, WorkflowJson } from '../../tools/sandbox/client.mts';
import { example, nodeOf } from '../../tools/sandbox/examples.mts';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { guard } from '../support/leaks.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const FILE = '07-several-merchants.json';
const TOKENS = {
	'North Shop': '202609BBnorthNorthNorthNorthNorth01',
	南店: '202609BBsouthSouthSouthSouthSouth02',
};
/** The nodes that work with Alipay's response. */
const AFTERWARDS = ['Alipay', 'Answer', 'No Token', 'Result'];

let stage: Stage;
let workflow: WorkflowJson;
beforeAll(async () => {
	stage = await openStage();
	workflow = example(FILE, stage.credential);
	for (const appAuthToken of Object.values(TOKENS)) guard({ appAuthToken });
});
afterAll(async () => await stage?.close());

/** By the numbers of the request, and the token that each request carried. */
function requested(since: number): Array<[numbers: string, token: string | undefined]> {
	const requests = stage.simulator.requests.slice(since);
	return requests
		.map(({ numbers, params }): [string, string | undefined] => [numbers, params.app_auth_token])
		.sort();
}

const outputs = ({ items }: Execution, nodes: string[]) =>
	JSON.stringify(nodes.flatMap((node) => [...items(node, 0), ...items(node, 1)]));

it('looks up with the tokens of a Data Table, and outputs none of them', async () => {
	const { client, simulator } = stage;
	const { value: name } = nodeOf(workflow, 'Merchants').parameters.dataTableId as { value: string };
	await client.createTable(name, { merchant: 'string', app_auth_token: 'string' });
	await client.insertRows(name, [
		...Object.entries(TOKENS).map(([merchant, app_auth_token]) => ({ merchant, app_auth_token })),
		{ merchant: 'Closed Shop', app_auth_token: '' },
	]);
	const { closed, success } = SAMPLES;
	const rows = [
		{ merchant: '南店', note: '开学季', ...closed },
		{ merchant: 'North Shop', note: 'the same numbers', ...closed },
		{ merchant: 'East Shop', note: 'not in the table', ...success },
		{ merchant: 'North Shop', note: 'forged', ...scenarioByMerchant('SIM-TAMPERED', 'SIM') },
		{ merchant: 'Closed Shop', note: 'an empty token', ...success },
		{ merchant: '南店', note: 'half a pair', auth_no: success.auth_no },
	];
	const since = simulator.requests.length;
	const execution = await client.execute(
		{ ...workflow, pinData: { Operations: rows.map((json) => ({ json })) } },
		'Operations',
	);
	expect(execution.status).toBe('success');
	const numbers = `${closed.auth_no}/${closed.operation_id}`;
	expect(requested(since)).toEqual([
		[numbers, TOKENS['North Shop']],
		[numbers, TOKENS['南店']],
		['SIM/SIM-TAMPERED', TOKENS['North Shop']],
	]);
	const closedPayment = { ...closed, status: 'CLOSED', amount: 66, fault: null };
	const fault = (words: RegExp) => ({ fault: expect.stringMatching(words) });
	expect(execution.items('Result').map(({ json }) => json)).toMatchObject([
		{ merchant: '南店', note: '开学季', ...closedPayment },
		{ merchant: 'North Shop', note: 'the same numbers', ...closedPayment },
		{ merchant: 'North Shop', note: 'forged', ...fault(/signature/) },
		{ merchant: '南店', note: 'half a pair', auth_no: success.auth_no, ...fault(/Operation ID/) },
		{ merchant: 'Closed Shop', note: 'an empty token', ...success, ...fault(/no token/) },
		{ merchant: 'East Shop', note: 'not in the table', ...success, ...fault(/no token/) },
	]);
	for (const token of Object.values(TOKENS)) {
		expect(outputs(execution, ['Merchants'])).toContain(token);
		expect(outputs(execution, AFTERWARDS)).not.toContain(token);
	}
	// The column leaves with its tokens, but a solution can still name it.
	for (const { json } of AFTERWARDS.flatMap((node) => execution.items(node))) {
		expect(json).not.toHaveProperty('app_auth_token');
	}
});

it('runs as it is delivered, with placeholders for tokens', async () => {
	const since = stage.simulator.requests.length;
	const { status, items } = await stage.client.execute(workflow, 'Operations');
	expect(status).toBe('success');
	expect(items('Result')).toHaveLength((workflow.pinData?.Operations as object[]).length);
	const tokens = new Set(requested(since).map(([, token]) => token));
	expect([...tokens].sort()).toEqual([
		'PLACEHOLDER-NORTH-NOT-A-TOKEN',
		'PLACEHOLDER-SOUTH-NOT-A-TOKEN',
	]);
});
