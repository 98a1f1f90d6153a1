import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { localFault, success, type Outcome } from '../../alipay/errors/fault.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import { createQuestions, inOrder, type Question } from '../../nodes/shared/questions.ts';
import { connect, type RunTransport } from '../../nodes/shared/transport.ts';
import { fixed } from '../../nodes/shared/width.ts';
import { app, envelope, fault, http, signed, value } from '../support/responses.mts';
import { PARCEL } from '../support/methods.mts';
import { scripted, type Line, type Reply } from '../support/transport.mts';

const NUMBERS = { auth_no: '1', operation_id: '2' };
const QUESTION: Question = {
	method: couponOperationQuery,
	bizContent: NUMBERS,
	appAuthToken: '',
	maxTries: 1,
	timeoutMs: 1_000,
	wait: null,
};
const response = (status: string): Reply =>
	success(http(envelope(JSON.stringify({ code: '10000', ...NUMBERS, status, new: 'x' }))));
const BUSY = success(http('', { status: 503 }));

/** The questions of a run that gets these replies in turn. */
function questionsFor(replies: readonly Line[] = [response('CLOSED')]) {
	const transport = scripted(replies, Date.UTC(2026, 8, 1));
	const run: RunTransport = {
		...transport,
		hasRoom: async () => await Promise.resolve(),
		limitedForMs: () => 0,
		stop: transport.end,
		close: () => undefined,
	};
	return { transport, run, questions: createQuestions(success(app()), run) };
}

describe('a question', () => {
	it('that moves money is sent for each item, because two equal items can mean two payments', async () => {
		const pay = { ...couponOperationQuery, effect: 'write' } as const;
		const { transport, questions } = questionsFor([response('SUCCESS')]);
		await Promise.all([1, 2].map(async () => await questions.ask({ ...QUESTION, method: pay })));
		expect(transport.sent).toHaveLength(2);
		expect(questions.tally).toMatchObject({ requested: 2, reused: 0 });
	});

	it('of several items at the same time is one request', async () => {
		const { transport, questions } = questionsFor();
		const found = await Promise.all(
			[1, 2, 3].map(async () => await questions.ask({ ...QUESTION })),
		);
		expect(found.map(({ outcome }) => value(outcome).fields.get('status'))).toEqual(
			Array(3).fill('CLOSED'),
		);
		expect(transport.sent).toHaveLength(1);
		expect(questions.tally).toEqual({
			requested: 1,
			reused: 2,
			retried: 0,
			stillOpen: 0,
			carriedOut: 0,
		});
	});

	it('with any response is not sent again', async () => {
		const { transport, questions } = questionsFor([BUSY]);
		const first = await questions.ask(QUESTION);
		expect(await questions.ask(QUESTION)).toBe(first);
		expect(transport.sent).toHaveLength(1);
	});

	it.each([
		{ bizContent: { ...NUMBERS, operation_id: '3' } },
		{ appAuthToken: 'another' },
		{ timeoutMs: 2_000 },
		{ maxTries: 2 },
		{ wait: { maxMs: 1_000, intervalMs: 1_000 } },
	])('differs with %o', async (changes) => {
		const { transport, questions } = questionsFor();
		await questions.ask(QUESTION);
		await questions.ask({ ...QUESTION, ...changes });
		expect(transport.sent).toHaveLength(2);
	});

	it('keeps its response without the whole text, which would take memory in a long run', async () => {
		const { outcome } = await questionsFor().questions.ask(QUESTION);
		const found = value(outcome);
		expect(found).not.toHaveProperty('json');
		expect(found).toMatchObject({ code: '10000', signature_verified: true, alipay_cert_sn: null });
		expect(found.fields.get('new')).toBeUndefined();
	});

	it('without an application is not sent, and its outcome says why', async () => {
		const { run, transport } = questionsFor();
		const none = localFault('invalid-credential', 'There is no key', 'Paste it.');
		const questions = createQuestions(none, run);
		expect(await questions.ask(QUESTION)).toEqual({ outcome: none, attempts: 0 });
		expect(transport.sent).toHaveLength(0);
		expect(questions.tally.requested).toBe(0);
	});

	it('that the gate refuses does not count as sent', async () => {
		const { run } = questionsFor();
		const limited = localFault('gateway-call-limit', 'Not sent', 'Wait.');
		run.admit = async () => await Promise.resolve(limited);
		const questions = createQuestions(success(app()), run);
		const { outcome, attempts } = await questions.ask(QUESTION);
		expect(fault(outcome)).toMatchObject({ code: 'gateway-call-limit', cause: 'rate-limited' });
		expect(attempts).toBe(0);
		expect(questions.tally).toEqual({
			requested: 0,
			reused: 0,
			retried: 0,
			stillOpen: 0,
			carriedOut: 0,
		});
	});

	it('counts retries, but not polls', async () => {
		const { questions } = questionsFor([BUSY, response('INIT'), BUSY, response('CLOSED')]);
		const wait = { maxMs: 60_000, intervalMs: 5_000 };
		const { attempts } = await questions.ask({ ...QUESTION, maxTries: 2, wait });
		expect(attempts).toBe(4);
		expect(questions.tally).toEqual({
			requested: 1,
			reused: 0,
			retried: 2,
			stillOpen: 0,
			carriedOut: 0,
		});
	});
});

describe('waiting for a final status', () => {
	const WAITING = { ...QUESTION, wait: { maxMs: 60_000, intervalMs: 5_000 } };

	it('starts with the first response, however long it took', async () => {
		const { run, transport } = questionsFor([response('INIT')]);
		run.admit = async (exchange, isFirst) => {
			if (isFirst) transport.elapsedMs += 3_600_000;
			return await transport.admit(exchange, isFirst);
		};
		const questions = createQuestions(success(app()), run);
		const { outcome, attempts } = await questions.ask(WAITING);
		expect(value(outcome).fields.get('status')).toBe('INIT');
		expect(attempts).toBe(13); // at once, then every five seconds for a minute
		expect(questions.tally.stillOpen).toBe(1);
	});

	it('counts as canceled when the run ends', async () => {
		const { run, transport } = questionsFor([response('INIT')]);
		run.sleep = async () => await Promise.resolve(transport.end());
		const questions = createQuestions(success(app()), run);
		const { outcome } = await questions.ask(WAITING);
		expect(fault(outcome).code).toBe('canceled');
	});

	it('uses the status of the method', async () => {
		const parcel = (state: string): Reply => {
			const node = JSON.stringify({ code: '10000', fund_no: '7', state });
			return success(http(envelope(node, signed(node), 'alipay_example_parcel_query_response')));
		};
		const replies = ['DEALING', 'WAITING', 'SUCCESS'].map(parcel);
		const { questions } = questionsFor(replies);
		const { outcome } = await questions.ask({
			...WAITING,
			method: PARCEL,
			bizContent: { fund_no: '7' },
		});
		expect(value(outcome).fields.get('state')).toBe('SUCCESS');
	});
});

const opened: RunTransport[] = [];
afterEach(() => {
	for (const transport of opened.splice(0)) transport.close();
});

/** A real run whose requests nobody sends. */
function runOf(concurrency: number): RunTransport {
	const httpRequest = async () => await Promise.reject(new Error('nobody is there'));
	const terms = { concurrency: fixed(concurrency), requestsPerSecond: 0, canceled: undefined };
	const transport = connect({ httpRequest }, terms);
	opened.push(transport);
	return transport;
}

const DONE: Outcome<string> = success('done');

describe('items in order', () => {
	it('keep their order when responses come in another order, and never exceed the limit', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.record({ ms: fc.nat(3), rests: fc.nat(2) }), { maxLength: 20 }),
				fc.integer({ min: 1, max: 8 }),
				async (jobs, concurrency) => {
					let busy = 0;
					let most = 0;
					const run = runOf(concurrency);
					const results = await inOrder(jobs.length, run, async (index) => {
						const { ms, rests } = jobs[index] ?? { ms: 0, rests: 0 };
						for (let turn = 0; turn <= rests; turn++) {
							if (turn > 0) await delay(ms);
							await run.admit(async () => {
								most = Math.max(most, ++busy);
								await delay(ms);
								busy--;
								return DONE;
							}, turn === 0);
						}
						return index;
					});
					expect(results).toEqual(jobs.map((_, index) => index));
					expect(most).toBeLessThanOrEqual(concurrency);
				},
			),
			{ numRuns: 25 },
		);
	});

	it('release their slot to another while they wait', async () => {
		let release = () => {};
		const released = new Promise<void>((resolve) => (release = resolve));
		const order: string[] = [];
		const run = runOf(1);
		await inOrder(2, run, async (index) => {
			await run.admit(async () => await Promise.resolve(DONE), true);
			if (index === 0) await released;
			else release();
			order.push(`end ${index}`);
		});
		expect(order).toEqual(['end 1', 'end 0']);
	});

	it('start when there is room, and not long before', async () => {
		const run = runOf(3);
		let begun = 0;
		let sent = 0;
		await inOrder(50, run, async () => {
			begun++;
			await run.admit(async () => {
				// One more item than there are slots waits for the next slot.
				expect(begun - sent++).toBeLessThanOrEqual(3 + 1);
				await delay(1);
				return DONE;
			}, true);
		});
		expect(sent).toBe(50);
	});

	it('do not start after the run is over, but requests in progress finish', async () => {
		const run = runOf(3);
		const results = await inOrder(100, run, async (index) => {
			const outcome = await run.admit(async () => {
				await delay(index === 1 ? 5 : 20);
				if (index === 1) run.stop();
				return DONE;
			}, true);
			return outcome.ok ? index : outcome.fault.code;
		});
		expect(results.slice(0, 3)).toEqual([0, 1, 2]);
		expect(results).toHaveLength(100);
		// One was waiting for its slot.
		expect(results[3]).toBe('canceled');
		expect(new Set(results.slice(4))).toEqual(new Set([undefined]));
	});

	it('end when the run ends while one waits, even with a single slot', async () => {
		let wake = () => {};
		const awake = new Promise<void>((resolve) => (wake = resolve));
		const run = runOf(1);
		const results = await inOrder(5, run, async (index) => {
			await run.admit(async () => await Promise.resolve(DONE), true);
			if (index === 0) await awake;
			if (index === 1) {
				run.stop();
				setTimeout(wake, 5);
			}
			return index;
		});
		expect(results.slice(0, 2)).toEqual([0, 1]);
		expect(results).toHaveLength(5);
		expect(results.at(-1)).toBeUndefined();
	});

	it('do not keep new items waiting while others retry', async () => {
		const order: number[] = [];
		const run = runOf(1);
		let requests = 0;
		let lastNew = 0;
		await inOrder(40, run, async (index) => {
			// The first twenty retry as soon as they leave, fifty times each.
			for (let turn = 0; turn <= (index < 20 ? 50 : 0); turn++) {
				await run.admit(async () => {
					requests++;
					if (turn === 0) {
						order.push(index);
						lastNew = requests;
					}
					return await Promise.resolve(DONE);
				}, turn === 0);
			}
		});
		expect(order).toEqual(Array.from({ length: 40 }, (_, index) => index));
		expect(requests).toBe(20 * 51 + 20);
		expect(lastNew).toBeLessThan(100);
	});

	it('can wait by the thousand at once', async () => {
		const run = runOf(2);
		const started = performance.now();
		const rested = await inOrder(1_000, run, async (index) => {
			await run.admit(async () => await Promise.resolve(DONE), true);
			return await delay(100, index);
		});
		expect(rested).toHaveLength(1_000);
		expect(new Set(rested).size).toBe(1_000);
		expect(performance.now() - started).toBeLessThan(20_000); // one after another: 50 s
	});

	it('give the thread to others now and then when they need no request', async () => {
		const run = runOf(1);
		let others = 0;
		const timer = setInterval(() => void others++, 1);
		await inOrder(60, run, async (index) => {
			const until = performance.now() + 2;
			while (performance.now() < until);
			return await Promise.resolve(index);
		});
		clearInterval(timer);
		expect(others).toBeGreaterThan(10);
	});
});
