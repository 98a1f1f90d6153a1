/** A request that can move money is sent once, with any response, on n8n's own engine. */
import type { INode } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TRADES } from '../../tools/simulator/fixtures/trade.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { NOWHERE } from '../support/nowhere.mts';
import { callItems, type CallSettings } from './call.mts';
import { failureOf, simulate } from './query.mts';

const REFUND = 'alipay.trade.refund';
const MODES = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;
const RETRYING: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
const RETRIES: ReadonlyArray<[name: string, node: Partial<INode>]> = [
	['without Retry On Fail', {}],
	['with Retry On Fail', RETRYING],
];

/** By the behavior of the simulator; the last value is Alipay's code or ours. */
const LOST = [
	['SIM-RESET', 'gateway-unreachable'],
	['SIM-TRUNCATED', 'gateway-unreachable'],
	['SIM-SILENCE', 'gateway-timeout'],
	['SIM-HTTP-502', 'gateway-unavailable'],
	['SIM-HTTP-429', 'gateway-busy'],
	['SIM-HTML', 'answer-not-json'],
	['SIM-EMPTY-BODY', 'answer-not-json'],
	['SIM-REDIRECT', 'gateway-http-status'],
	['SIM-HUGE', 'answer-too-large'],
	['SIM-SYSTEM-ERROR', '40004'],
	['SIM-SERVICE-UNAVAILABLE', '20000'],
	['SIM-UNSIGNED', 'answer-unsigned'],
	['SIM-UNSIGNED-NOT-FOUND', '40004'],
	['SIM-WRONG-KEY', 'answer-signature-mismatch'],
	['SIM-TAMPERED', 'answer-signature-mismatch'],
	['SIM-DUPLICATE-NODE', 'answer-ambiguous'],
	['SIM-OTHER-OPERATION', 'answer-for-another-operation'],
] as const;

const [, , , , , , , , , , , PAID] = TRADES;

const refundOf = (out_request_no: string) =>
	JSON.stringify({ trade_no: PAID?.trade_no, refund_amount: '1.00', out_request_no });

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
beforeEach(() => {
	simulator.requests.length = 0;
});

const refund = async (scenario: string, settings: CallSettings & { items?: object[] } = {}) =>
	await callItems(simulator, REFUND, refundOf(scenario), {
		...settings,
		options: {
			maxTries: 5,
			timeoutSeconds: scenario === 'SIM-SILENCE' ? 1 : 15,
			...settings.options,
		},
	});

const UNCERTAIN = /\. Alipay may have carried out alipay\.trade\.refund( \[item 0\])?$/;

describe.each(MODES)('a refund with On Error %s', (onError) => {
	describe.each(RETRIES)('%s', (_name, node) => {
		it.each(LOST)('is sent once when it meets %s', async (scenario, code) => {
			const output = await refund(scenario, { onError, node });
			expect(simulator.requests).toHaveLength(1);
			const [item] = [...output.failed, ...output.good];
			const details = item?.details as { solution?: string } | undefined;
			const { error, solution } =
				onError === 'stopWorkflow'
					? { error: failureOf(output).message, solution: failureOf(output).description }
					: { error: item?.error, solution: details?.solution };
			expect(error).toMatch(UNCERTAIN);
			expect(solution).toMatch(
				/^The node sent it once and does not retry it\. Before you send it again/,
			);
			expect(solution).toContain('use Refund → Query with the same out_request_no');
			expect(solution).not.toMatch(/(?:ask|try) again|run the workflow again/i);
			if (onError !== 'stopWorkflow') {
				expect(item?.details).toMatchObject({ code, retryable: false, attempts: 1 });
				expect(item).not.toHaveProperty('refund_fee');
			}
		});

		it('is sent once when it succeeds', async () => {
			const { good } = await refund(`once ${onError} ${node.retryOnFail ?? false}`, {
				onError,
				node,
			});
			expect(simulator.requests).toHaveLength(1);
			expect(good).toMatchObject([{ fund_change: 'Y', trade_no: PAID?.trade_no }]);
		});

		it.each(['SIM-ACCESS-FORBIDDEN', 'SIM-AUTH-ORDER-NOT-EXIST', 'SIM-INSUFFICIENT-PERMISSIONS'])(
			'that Alipay permanently refuses (%s) is sent once and is not reported as uncertain',
			async (scenario) => {
				const output = await refund(scenario, { onError, node });
				expect(simulator.requests).toHaveLength(1);
				const [item] = [...output.failed, ...output.good];
				const error = output.error ? failureOf(output).message : item?.error;
				expect(error).not.toMatch(/may have carried out/);
			},
		);
	});
});

describe('a refund', () => {
	it('has a new number in each retry of n8n, and is still sent once', async () => {
		const bizContent = `={{ { trade_no: "${PAID?.trade_no}", refund_amount: "1.00", out_request_no: "SIM-RESET", refund_reason: String(Math.random()) } }}`;
		const { good } = await callItems(simulator, REFUND, bizContent, {
			onError: 'continueRegularOutput',
			node: RETRYING,
		});
		expect(good[0]?.error).toMatch(UNCERTAIN);
		expect(simulator.requests).toHaveLength(1);
	});

	it('is sent twice for two items with equal content, while a query is sent once', async () => {
		const items = [{}, {}];
		const { good } = await refund('two equal items', { items });
		expect(simulator.requests).toHaveLength(2);
		// Alipay recognizes the repeated out_request_no.
		expect(good.map(({ fund_change }) => fund_change).sort()).toEqual(['N', 'Y']);

		simulator.requests.length = 0;
		await callItems(simulator, 'alipay.trade.query', `{"trade_no":"${PAID?.trade_no}"}`, { items });
		expect(simulator.requests).toHaveLength(1);
	});

	it('without a connection is reported as not carried out', async () => {
		const { good } = await refund('nowhere', {
			onError: 'continueRegularOutput',
			credential: { gatewayUrl: NOWHERE },
		});
		expect(good[0]?.error).toMatch(/cannot be reached: nothing is listening there$/);
		expect(good[0]?.details).toMatchObject({ retryable: true });
	});

	it('in a canceled run is reported as possibly carried out', async () => {
		const output = await refund('SIM-SILENCE', {
			onError: 'continueRegularOutput',
			options: { timeoutSeconds: 30 },
			onStart: (cancel) => {
				const wait = setInterval(() => {
					if (simulator.inProgress === 0) return;
					clearInterval(wait);
					cancel();
				}, 5);
			},
		});
		expect(simulator.requests).toHaveLength(1);
		expect(output.run.status).toBe('canceled');
		const [item] = output.items('Alipay');
		expect(item?.json.error).toMatch(UNCERTAIN);
		expect(item?.json.details).toMatchObject({ code: 'canceled', retryable: false });
		expect(JSON.stringify(item)).not.toContain('Run the workflow again');
	});

	it('that stops the run reports how many others were carried out', async () => {
		const items = [{ no: 'stop 1' }, { no: 'stop 2' }, { no: 'SIM-RESET' }, { no: 'stop 4' }];
		const bizContent = `={{ { trade_no: "${PAID?.trade_no}", refund_amount: "1.00", out_request_no: $json.no } }}`;
		const output = await callItems(simulator, REFUND, bizContent, {
			items,
			options: { concurrency: 1 },
		});
		const { message, description, itemIndex } = failureOf(output);
		expect(message).toMatch(/may have carried out alipay\.trade\.refund \[item 2\]$/);
		expect(itemIndex).toBe(2);
		expect(description).toContain('Other calls carried out in this run: 2. Their output is lost.');
		expect(simulator.requests).toHaveLength(3);
	});
});

describe('a query by Any API', () => {
	it.each(['SIM-RESET', 'SIM-HTTP-502', 'SIM-SYSTEM-ERROR'])(
		'is repeated after %s',
		async (out_trade_no) => {
			const { good } = await callItems(
				simulator,
				'alipay.trade.query',
				{ out_trade_no },
				{
					onError: 'continueRegularOutput',
					options: { maxTries: 3 },
				},
			);
			expect(simulator.requests).toHaveLength(3);
			expect(good[0]?.details).toMatchObject({ attempts: 3, retryable: true });
			expect(good[0]?.error).not.toContain('may have carried out');
		},
	);
});
