import { expect, it } from 'vitest';
import type { Outcome } from '../../alipay/fault.ts';
import { success } from '../../alipay/fault.ts';
import type { HttpAnswer } from '../../alipay/response.ts';
import { createLookup } from '../../nodes/Alipay/couponOperation/lookup.ts';
import type { Question } from '../../nodes/Alipay/couponOperation/lookup.ts';
import type { Line } from '../../nodes/Alipay/shared/transport.ts';
import { app, envelope, fault, http, value } from './fixtures.mts';

const identifiers = { auth_no: '1', operation_id: '2' };
const QUESTION: Question = {
	...{ identifiers, appAuthToken: '', maxTries: 1, timeoutMs: 1_000, wait: null },
};
const RIGHT = http(envelope(JSON.stringify({ code: '10000', ...identifiers, status: 'CLOSED' })));

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
		halt: () => undefined,
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
	const lookup = createLookup(success(app()), stub);
	const found = await Promise.all([1, 2, 3].map(() => lookup.find({ ...QUESTION }, awake)));
	expect(found.map(({ outcome }) => value(outcome).fields.get('status'))).toEqual(
		Array(3).fill('CLOSED'),
	);
	expect(sent).toHaveLength(1);
	expect(lookup.tally).toEqual({ asked: 1, reused: 2, retried: 0, stillOpen: 0 });
});

it('another time limit makes it another question', async () => {
	const { stub, sent } = line();
	const lookup = createLookup(success(app()), stub);
	await lookup.find(QUESTION, awake);
	await lookup.find({ ...QUESTION, timeoutMs: 2_000 }, awake);
	expect(sent).toHaveLength(2);
});

it('when Alipay has refused everything for a minute, nothing more is asked', async () => {
	const { stub, sent } = line({ limitedForMs: () => 60_001 });
	const { outcome, attempts } = await createLookup(success(app()), stub).find(QUESTION, awake);
	expect(fault(outcome)).toMatchObject({ code: 'gateway-call-limit', cause: 'rate-limited' });
	expect(attempts).toBe(0);
	expect(sent).toHaveLength(0);
});

it('an operation that is open when the run ends counts as cancelled', async () => {
	const open = http(envelope(JSON.stringify({ code: '10000', ...identifiers, status: 'INIT' })));
	let over = false;
	const { stub } = line({
		send: async () => success(open),
		sleep: async () => void (over = true),
		ended: () => over,
	});
	const wait = { maxMs: 60_000, intervalMs: 1_000 };
	const { outcome } = await createLookup(success(app()), stub).find({ ...QUESTION, wait }, awake);
	expect(fault(outcome).code).toBe('cancelled');
});
