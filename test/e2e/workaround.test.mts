/**
 * The node compared with what operators build today, in the same n8n over the same rows.
 * docs/workaround.md describes the others, and its tables are compared with each run.
 */
import { fileURLToPath } from 'node:url';
import type { IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	alipayNode,
	carefulSdkLoop,
	codeNode,
	cryptoForm,
	httpRequest,
	sdkLoop,
	secondsOf,
	USUAL_BATCHES,
} from '../../tools/bench/n8n/ways.mts';
import type { Way } from '../../tools/bench/n8n/ways.mts';
import { median } from '../../tools/bench/report.mts';
import { chain } from '../../tools/sandbox/chain.mts';
import type { CredentialReference, Execution } from '../../tools/sandbox/client.mts';
import couponOperation from '../../tools/simulator/fixtures/couponOperation.mts';
import {
	alipayPair,
	generatedNumbers,
	generatedRecord,
	merchantPair,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import { decode, encode } from '../../tools/simulator/encoding.mts';
import type { Charset } from '../../tools/simulator/encoding.mts';
import { startSimulator } from '../../tools/simulator/gateway.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { openStore } from '../../tools/simulator/store.mts';
import { pageOf } from '../repository/docs/pages.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { BY_EITHER_PAIR } from '../support/parameters.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const ROWS = 500;
const LATENCY_MS = 50;
const RATE_LIMIT = 100;
const PAGE = 'docs/workaround.md';

let stage: Stage;
let crypto: CredentialReference;

beforeAll(async () => {
	stage = await openStage({
		env: {
			NODE_FUNCTION_ALLOW_EXTERNAL: 'alipay-sdk',
			// Where n8n's task runner finds it.
			NODE_PATH: fileURLToPath(new URL('../../node_modules', import.meta.url)),
		},
		simulator: { latencyMs: LATENCY_MS, signedAhead: ROWS },
	});
	const form = cryptoForm(stage.simulator.credential);
	crypto = await stage.client.saveCredential(undefined, 'Application key', 'crypto', form);
});
afterAll(async () => await stage?.close());

/** The ways by their columns in the tables of the page. */
const WAYS = {
	'Alipay node': () => alipayNode(stage.credential, BY_EITHER_PAIR),
	'Crypto + HTTP Request': () => httpRequest(stage.simulator.credential, crypto),
	'Code + SDK': () => codeNode(sdkLoop(stage.simulator.credential)),
	'Code + SDK, careful': () => codeNode(carefulSdkLoop(stage.simulator.credential)),
} satisfies Record<string, () => Way>;
type Column = keyof typeof WAYS;
const COLUMNS = Object.keys(WAYS) as Column[];

/** Distinct operations, by either pair in turn. */
const rows = Array.from({ length: ROWS }, (_, index) => {
	const numbers = generatedNumbers(index + 1);
	return index % 2 ? merchantPair(numbers) : alipayPair(numbers);
});
const records = rows.map((_, index) => generatedRecord(index + 1));

const run = async (way: Way, input: object[] = rows) =>
	await stage.client.execute(chain('Beside', input, ...way.nodes), 'Start', 90_000);

describe(`${ROWS} operations at a gateway that responds after ${LATENCY_MS} ms`, () => {
	const [node, http, sdk] = COLUMNS as [Column, Column, Column];
	// One after the other, because the speed of the machine changes. The SDK's loop takes half a
	// minute.
	const rounds = [node, http, sdk, node, http, node, http];
	const seconds: Partial<Record<Column, number[]>> = {};
	const medianOf = (column: Column) => median(seconds[column] ?? []);

	it.each(rounds)('are right by %s', async (column) => {
		const way = WAYS[column]();
		const measured = (seconds[column] ??= []);
		if (measured.length === 0) await run(way, rows.slice(0, 20));
		const execution = await run(way);
		measured.push(secondsOf(execution, way));
		expect(execution.status).toBe('success');
		expect(execution.items(way.results).map(({ json }) => essence(json))).toEqual(
			records.map(essence),
		);
		const times = way.nodes.map(
			({ name }) => `${name} ${execution.runs(name)[0]?.executionTime} ms`,
		);
		console.log(`${column}: ${times.join(', ')}`);
	});

	it('take the node less time than requests one after another', () => {
		for (const column of [node, http, sdk]) console.log(`${column}: ${figures(medianOf(column))}`);
		expect(medianOf(node)).toBeLessThan(medianOf(sdk));
	});
});

describe(`${ROWS} operations at a gateway that refuses more than ${RATE_LIMIT} calls a second`, () => {
	let limited: Simulator;
	let credential: CredentialReference;
	beforeAll(async () => {
		limited = await startSimulator({
			rateLimit: RATE_LIMIT,
			latencyMs: LATENCY_MS,
			signedAhead: ROWS,
		});
		const form = { ...stage.form, gatewayUrl: limited.url };
		credential = await stage.client.saveCredential(undefined, 'With a limit', 'alipayApi', form);
	});
	afterAll(async () => await limited.close());

	const statuses = (execution: Execution, way: Way) =>
		execution.items(way.results).map(({ json }) => json.status);
	const expected = records.map(({ status }) => status);

	it('are right with the node, which slows down', async () => {
		const way = alipayNode(credential, BY_EITHER_PAIR);
		const execution = await run(way);
		expect(statuses(execution, way)).toEqual(expected);
		console.log(`limited, node: ${figures(secondsOf(execution, way))}`);
	});

	it('become items without a value with HTTP Request, in a run that reports success', async () => {
		const way = httpRequest(limited.credential, crypto);
		const execution = await run(way);
		const responded = statuses(execution, way).filter(Boolean).length;
		expect(execution.status).toBe('success');
		expect(execution.items(way.faults, 1)).toEqual([]);
		expect(execution.items(way.results)).toHaveLength(ROWS);
		expect(responded).toBeLessThan(ROWS);
		console.log(`limited, HTTP Request: ${responded} of ${ROWS} have a status`);
	});

	it('are right with HTTP Request in batches that stay below the limit', async () => {
		const way = httpRequest(limited.credential, crypto, USUAL_BATCHES);
		const execution = await run(way);
		expect(statuses(execution, way)).toEqual(expected);
		console.log(`limited, HTTP Request in batches: ${figures(secondsOf(execution, way))}`);
	});
});

/** A row between two good ones: the expected result of the node, and of all ways on the page. */
interface Special {
	numbers: (order: string) => object;
	/** Whether the response is genuine. */
	genuine: boolean;
	/** For the response; in GBK the title loses its emoji. Default utf-8. */
	charset?: Charset;
	/** The number of requests that the node sends for it. */
	tries: number;
	/** The message of the node's refusal. */
	code?: string;
}
const scenario = (name: string) => (order: string) => scenarioByMerchant(name, order);

const SPECIAL: Record<string, Special> = {
	'Amount changed after Alipay signed': {
		numbers: scenario('SIM-TAMPERED'),
		genuine: false,
		tries: 1,
		code: 'answer-signature-mismatch',
	},
	'Forged node beside the signed one': {
		numbers: scenario('SIM-DUPLICATE-NODE'),
		genuine: false,
		tries: 1,
		code: 'answer-ambiguous',
	},
	'Response without a signature': {
		numbers: scenario('SIM-UNSIGNED'),
		genuine: false,
		tries: 1,
		code: 'answer-unsigned',
	},
	'Signed response about another operation': {
		numbers: scenario('SIM-OTHER-OPERATION'),
		genuine: false,
		tries: 1,
		code: 'answer-for-another-operation',
	},
	'Genuine response in GBK instead of UTF-8': {
		numbers: scenario('SIM-GBK-ANSWER'),
		genuine: true,
		charset: 'gbk',
		tries: 1,
	},
	'SYSTEM_ERROR twice, then the response': {
		numbers: scenario('SIM-FLAKY'),
		genuine: true,
		tries: 3,
	},
	'HTTP 502 at every attempt': {
		numbers: scenario('SIM-HTTP-502'),
		genuine: true,
		tries: 3,
		code: 'gateway-unavailable',
	},
	'Operation that does not exist': {
		numbers: scenario('SIM-AUTH-OPERATION-NOT-EXIST'),
		genuine: true,
		tries: 1,
		code: '40004',
	},
	'Number that a spreadsheet made 2.03E+27': {
		// More digits than a JavaScript number can store.
		numbers: () => ({ auth_no: 2026090300002001e12, operation_id: '20260903000000000001' }),
		genuine: true,
		tries: 0,
		code: 'invalid-identifiers',
	},
	'Number without its partner': {
		numbers: (auth_no) => ({ auth_no }),
		genuine: true,
		tries: 0,
		code: 'invalid-identifiers',
	},
};

describe('a special row between two good ones', () => {
	const neighbors = records.slice(0, 2);
	const table = tableOf('The row in the middle');
	let orders = 0;

	it('has its row in the page, and each column its way', () => {
		expect([...table.keys()]).toEqual(Object.keys(SPECIAL));
		expect(Object.keys(table.values().next().value ?? {})).toEqual(COLUMNS);
	});

	describe.each(Object.entries(SPECIAL))('%s', (name, special) => {
		it.each(COLUMNS)('by %s', async (column) => {
			const numbers = special.numbers(`SPECIAL-${++orders}`);
			const before = stage.simulator.totalRequests;
			const way = WAYS[column]();
			const execution = await run(way, [rows[0] ?? {}, numbers, rows[1] ?? {}]);
			const sent = stage.simulator.totalRequests - before;

			const items = [...execution.items(way.results), ...execution.items(way.faults, 1)].map(
				({ json }) => json,
			);
			const good = neighbors.map(essence);
			const isGood = (json: IDataObject) => good.some((one) => same(one, essence(json)));
			const others = items.filter((json) => !isGood(json));
			const keepsGood = items.length - others.length === good.length;
			const outcome = keepsGood ? outcomeOf(others, numbers, special) : 'all rows lost';
			expect.soft(outcome).toBe(table.get(name)?.[column]);
			if (column !== 'Alipay node') return;

			expect(keepsGood).toBe(true);
			expect(outcome).toBe(special.code === undefined ? 'right' : 'refused');
			expect((others[0]?.details as IDataObject | undefined)?.code).toBe(special.code);
			expect(sent).toBe(2 + special.tries);
		});
	});
});

describe('the output', () => {
	const keys = (json: IDataObject = {}) => Object.keys(json).sort();

	it('is typed and has the same fields in every row only with the node', async () => {
		const outputs = await Promise.all(
			COLUMNS.slice(0, 3).map(async (column) => {
				const way = WAYS[column]();
				const items = (await run(way, rows.slice(0, 3))).items(way.results);
				// The first is INIT and has no gmt_trans, the third is CLOSED and has one.
				const [init, , closed] = items.map(({ json }) => json);
				return {
					amount: typeof closed?.amount,
					gmt_trans: closed?.gmt_trans ?? closed?.gmtTrans,
					sameFields: same(keys(init), keys(closed)),
					linked: items.every(({ pairedItem }) => pairedItem !== undefined),
				};
			}),
		);
		const text = { amount: 'string', gmt_trans: '2026-09-02 08:01:22', sameFields: false };
		expect(outputs).toEqual([
			{
				amount: 'number',
				gmt_trans: '2026-09-02T08:01:22.000+08:00',
				sameFields: true,
				linked: true,
			},
			{ ...text, linked: true },
			{ ...text, linked: false },
		]);
	});

	it('is stored with the private key in it by a Code node, and without it by the others', async () => {
		const stored = await Promise.all(
			COLUMNS.map(async (column) => {
				const { id } = await run(WAYS[column](), rows.slice(0, 1));
				return JSON.stringify(await stage.client.call('GET', `/rest/executions/${id}`));
			}),
		);
		const body = stage.form.privateKey?.slice(100, 200) ?? '';
		expect(stored.map((text) => text.includes(body))).toEqual([false, false, true, true]);
	});
});

describe('the effort', () => {
	it.each(COLUMNS)('for %s matches the page', (column) => {
		const { nodes } = WAYS[column]();
		const parameters = nodes.map((node) => node.parameters ?? {});
		const lines = parameters.flatMap(({ jsCode }) => (jsCode ? String(jsCode).split('\n') : []));
		const table = tableOf('What you build');
		expect({
			Nodes: String(nodes.length),
			Expressions: String(expressionsIn(parameters)),
			'Lines of code': String(lines.length),
		}).toEqual(Object.fromEntries([...table].map(([name, cells]) => [name, cells[column]])));
	});

	it('is needed because the Crypto node has no action that verifies, and none of Alipay’s ciphers', async () => {
		const types = await stage.client.nodeTypes();
		const node = types.find(
			({ name, version }) => name === 'n8n-nodes-base.crypto' && version === 2,
		);
		const values = (name: string) =>
			node?.properties
				.find((one) => one.name === name)
				?.options?.map((option) => 'value' in option && option.value);
		expect(values('action')).toEqual(['decrypt', 'encrypt', 'generate', 'hash', 'hmac', 'sign']);
		expect(values('cipher')).not.toContainEqual(expect.stringMatching(/cbc/i));
	});
});

describe("Alipay's SDK in a Code node", () => {
	const input = [{ ...rows[0], note: 'ours alone' }];
	const loop = async (terms: Parameters<typeof sdkLoop>[1]) => {
		const way = codeNode(sdkLoop(stage.simulator.credential, terms));
		const execution = await run(way, input);
		return [...execution.items(way.results), ...execution.items(way.faults, 1)][0]?.json;
	};

	it('refuses any object that the code created', async () => {
		const bizContent = '{ auth_no: json.auth_no, operation_id: json.operation_id }';
		expect(await loop({ bizContent })).toEqual({ error: 'obj must be an plain object' });
	});

	it('sends every other column to Alipay when it gets the row', async () => {
		expect(await loop({})).toMatchObject({ code: '10000' });
		expect(stage.simulator.requests.at(-1)?.params.biz_content).toContain('ours alone');
	});

	it('sends Alipay the machine’s time instead of Beijing’s', async () => {
		await loop({ timestamp: '' });
		const { params, receivedAt } = stage.simulator.requests.at(-1) ?? {};
		// n8n passes no TZ to its task runner, so Node.js uses the machine's time zone.
		const sent = Date.parse(`${params?.timestamp?.replace(' ', 'T')}Z`);
		expect(Math.abs(sent - (receivedAt ?? 0) - machineOffsetMs())).toBeLessThan(60_000);
	});

	it('must be allowed by the administrator of n8n', async () => {
		const way = codeNode("return [{ json: require('axios') }];");
		const execution = await run(way, input);
		expect(execution.items(way.faults, 1)).toMatchObject([
			{ json: { error: expect.stringMatching(/Module 'axios' is disallowed/) } },
		]);
	});
});

/** The values that every way outputs, in one notation, because types and names differ. */
function essence(json: object) {
	const fields = json as Record<string, unknown>;
	const field = (name: string) =>
		fields[name] ?? fields[name.replace(/_./g, ([, letter = '']) => letter.toUpperCase())];
	const time = field('gmt_trans');
	return {
		auth_no: field('auth_no'),
		operation_id: field('operation_id'),
		out_order_no: field('out_order_no'),
		out_request_no: field('out_request_no'),
		status: field('status'),
		amount: Number(field('amount')),
		order_title: field('order_title'),
		gmt_trans: time ? String(time).slice(0, 19).replace('T', ' ') : null,
	};
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** In the words of the page. `items` are those that do not belong to the neighbors. */
function outcomeOf(
	items: IDataObject[],
	numbers: object,
	{ genuine, charset = 'utf-8' }: Special,
): string {
	const [json, ...more] = items;
	if (!json || more.length) return `${items.length} items`;
	if (json.error) return 'refused';
	if (!json.status) return 'blank item';
	if (!genuine) return 'believed';
	const rich = openStore(couponOperation, Date.now).first();
	const truth = { ...rich, ...numbers };
	truth.order_title = decode(encode(truth.order_title, charset), charset);
	return same(essence(json), essence(truth)) ? 'right' : 'garbled';
}

const figures = (seconds: number) =>
	`${seconds.toFixed(1)} s, ${Math.round(ROWS / seconds)} rows/s`;

/** A table of the page by the head of its first column: row → column → cell. */
function tableOf(first: string): Map<string, Record<string, string>> {
	const table = pageOf(PAGE).tables.find(({ head }) => head.cells[0]?.text === first);
	const [, ...columns] = table?.head.cells ?? [];
	return new Map(
		table?.rows.map(({ cells: [name, ...values] }) => [
			name?.text ?? '',
			Object.fromEntries(columns.map(({ text }, at) => [text, values[at]?.text ?? ''])),
		]),
	);
}

function expressionsIn(value: unknown): number {
	if (typeof value === 'string') return value.startsWith('=') ? 1 : 0;
	if (typeof value !== 'object' || value === null) return 0;
	return Object.values(value).reduce((sum: number, one) => sum + expressionsIn(one), 0);
}

function machineOffsetMs(): number {
	const zone = process.env.TZ;
	delete process.env.TZ;
	const minutes = new Date().getTimezoneOffset();
	if (zone !== undefined) process.env.TZ = zone;
	return -minutes * 60_000;
}
