import { expect, it } from 'vitest';
import type { Outcome } from '../../alipay/errors/fault.ts';
import { success } from '../../alipay/errors/fault.ts';
import type { HttpAnswer } from '../../alipay/message/response.ts';
import { QUERY } from '../../nodes/Alipay/couponOperation/query.operation.ts';
import { createLookup } from '../../nodes/shared/questions.ts';
import type { Question } from '../../nodes/shared/questions.ts';
import type { Line } from '../../nodes/shared/connection.ts';
import { app, envelope, fault, http, value } from '../support/answers.mts';

const asked = { auth_no: '1', operation_id: '2' };
const QUESTION: Question = {
	...{ asked, appAuthToken: '', maxTries: 1, timeoutMs: 1_000, wait: null },
};
const RIGHT = http(envelope(JSON.stringify({ code: '10000', ...asked, status: 'CLOSED' })));

function line(more: Partial<Line> = {}) {
	const sent: unknown[] = [];
	const stub: Line = {
		now: () => Date.UTC(2026, 8, 1),
		random: () => 0,
		sleep: async () => undefined,
		turn: async () => () => undefined,
		breathe: async () => undefined,
		limitedForMs: () => 0,
		ended: () => false,
		elapsedMs: () => 0,
		halt: () => undefined,
		close: () => undefined,
		send: async (request): Promise<Outcome<HttpAnswer>> => {
			sent.push(request);
			return success(RIGHT);
		},
		...more,
	};
	return { stub, sent };
}

const awake = async <T,>(pause: () => Promise<T>) => await pause();

it('items that ask the same at the same time share one request', async () => {
	const { stub, sent } = line();
	const lookup = createLookup(QUERY, success(app()), stub);
	const found = await Promise.all(
		[1, 2, 3].map(async () => await lookup.find({ ...QUESTION }, awake)),
	);
	expect(found.map(({ outcome }) => value(outcome).fields.get('status'))).toEqual(
		Array(3).fill('CLOSED'),
	);
	expect(sent).toHaveLength(1);
	expect(lookup.tally).toEqual({ asked: 1, reused: 2, retried: 0, stillOpen: 0 });
});

it('another time limit makes it another question', async () => {
	const { stub, sent } = line();
	const lookup = createLookup(QUERY, success(app()), stub);
	await lookup.find(QUESTION, awake);
	await lookup.find({ ...QUESTION, timeoutMs: 2_000 }, awake);
	expect(sent).toHaveLength(2);
});

it('when Alipay has refused everything for a minute, nothing more is asked', async () => {
	const { stub, sent } = line({ limitedForMs: () => 60_001 });
	const { outcome, attempts } = await createLookup(QUERY, success(app()), stub).find(
		QUESTION,
		awake,
	);
	expect(fault(outcome)).toMatchObject({ code: 'gateway-call-limit', cause: 'rate-limited' });
	expect(attempts).toBe(0);
	expect(sent).toHaveLength(0);
});

const OPEN = http(envelope(JSON.stringify({ code: '10000', ...asked, status: 'INIT' })));
const WAITING = { ...QUESTION, wait: { maxMs: 60_000, intervalMs: 5_000 } };

it('the waiting time begins with the first answer, however long that took', async () => {
	let elapsed = 0;
	const { stub, sent } = line({
		elapsedMs: () => elapsed,
		turn: async () => {
			if (sent.length === 0) elapsed += 3_600_000;
			return () => undefined;
		},
		sleep: async (ms) => void (elapsed += ms),
		send: async (request) => {
			sent.push(request);
			return success(OPEN);
		},
	});
	const lookup = createLookup(QUERY, success(app()), stub);
	const { outcome, attempts } = await lookup.find(WAITING, awake);
	expect(value(outcome).fields.get('status')).toBe('INIT');
	expect(attempts).toBe(13); // at once, then every five seconds for a minute
	expect(lookup.tally.stillOpen).toBe(1);
});

it('an operation that is open when the run ends counts as cancelled', async () => {
	let over = false;
	const { stub } = line({
		send: async () => success(OPEN),
		sleep: async () => void (over = true),
		ended: () => over,
	});
	const { outcome } = await createLookup(QUERY, success(app()), stub).find(WAITING, awake);
	expect(fault(outcome).code).toBe('cancelled');
});
