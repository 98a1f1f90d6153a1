import { describe, expect, it } from 'vitest';
import { readOptions } from '../../nodes/shared/form/options.ts';

const DEFAULTS = {
	appAuthToken: '',
	amountFormat: 'number',
	includeInputFields: false,
	includeGatewayDetails: false,
	notFound: 'error',
	wait: null,
	concurrency: 10,
	requestsPerSecond: 0,
	maxTries: 3,
	timeoutMs: 15_000,
};

/** Option, its field in the result, lowest, highest, default; the factor is that of the unit. */
const NUMBERS = [
	['concurrency', 'concurrency', 1, 100, 10, 1],
	['maxTries', 'maxTries', 1, 10, 3, 1],
	['requestsPerSecond', 'requestsPerSecond', 0, 1000, 0, 1],
	['timeoutSeconds', 'timeoutMs', 1, 120, 15, 1000],
] as const;

describe('readOptions', () => {
	it('gives the defaults of the contract when no option was added', () => {
		expect(readOptions({})).toEqual(DEFAULTS);
	});

	it('gives the defaults where an expression yields nothing', () => {
		const names = ['appAuthToken', 'amountFormat', 'includeInputFields', 'notFound'];
		const numbers = NUMBERS.map(([name]) => name);
		for (const nothing of [null, undefined]) {
			const raw = Object.fromEntries([...names, ...numbers].map((name) => [name, nothing]));
			expect(readOptions(raw)).toEqual(DEFAULTS);
		}
	});

	it('takes every option as the editor stores it', () => {
		const raw = {
			appAuthToken: ' token ',
			amountFormat: 'fen',
			includeInputFields: true,
			includeGatewayDetails: true,
			notFound: 'item',
			waitForFinalStatus: { limits: { maxWaitSeconds: 90, pollIntervalSeconds: 2 } },
			concurrency: 20,
			requestsPerSecond: 0.5,
			maxTries: 5,
			timeoutSeconds: 30,
		};
		expect(readOptions(raw)).toEqual({
			appAuthToken: 'token',
			amountFormat: 'fen',
			includeInputFields: true,
			includeGatewayDetails: true,
			notFound: 'item',
			wait: { maxMs: 90_000, intervalMs: 2_000 },
			concurrency: 20,
			requestsPerSecond: 0.5,
			maxTries: 5,
			timeoutMs: 30_000,
		});
	});

	it.each(NUMBERS)('holds %s to its range', (name, field, lowest, highest, _usual, unit) => {
		const read = (given: unknown) => readOptions({ [name]: given })[field];
		expect(read(-5)).toBe(lowest * unit);
		expect(read(lowest)).toBe(lowest * unit);
		expect(read(highest)).toBe(highest * unit);
		expect(read(1e9)).toBe(highest * unit);
	});

	it.each(NUMBERS)('takes the default of %s for what is no number', (...row) => {
		const [name, field, , , usual, unit] = row;
		for (const given of [Number.NaN, Infinity, 'many', {}, '', '  ']) {
			expect(readOptions({ [name]: given })[field]).toBe(usual * unit);
		}
	});

	it.each(NUMBERS)(
		'reads %s from digits that are text',
		(name, field, _low, _high, _usual, unit) => {
			expect(readOptions({ [name]: '7' })[field]).toBe(7 * unit);
		},
	);

	it.each(['concurrency', 'maxTries'] as const)('rounds %s down to whole ones', (name) => {
		expect(readOptions({ [name]: 2.9 })[name]).toBe(2);
		expect(readOptions({ [name]: 0.5 })[name]).toBe(1);
	});

	it('times are whole milliseconds, which n8n and Node ask for', () => {
		expect(readOptions({ timeoutSeconds: 4.02 }).timeoutMs).toBe(4020);
		expect(readOptions({ timeoutSeconds: '1.23456' }).timeoutMs).toBe(1235);
	});

	it('waits for the usual time when the option was added without its limits', () => {
		const usual = { maxMs: 60_000, intervalMs: 5_000 };
		expect(readOptions({ waitForFinalStatus: {} }).wait).toEqual(usual);
		expect(readOptions({ waitForFinalStatus: { limits: undefined } }).wait).toEqual(usual);
	});

	it.each([
		[{}, 60, 5],
		[{ maxWaitSeconds: 0, pollIntervalSeconds: 0 }, 1, 1],
		[{ maxWaitSeconds: 1e6, pollIntervalSeconds: 1e6 }, 3600, 600],
		[{ maxWaitSeconds: Number.NaN, pollIntervalSeconds: 'often' }, 60, 5],
		[{ maxWaitSeconds: 1.5, pollIntervalSeconds: 1.25 }, 1.5, 1.25],
	])('waits within %o at most %d s, every %d s', (limits, maxSeconds, interval) => {
		expect(readOptions({ waitForFinalStatus: { limits } }).wait).toEqual({
			maxMs: maxSeconds * 1000,
			intervalMs: interval * 1000,
		});
	});

	it.each(['number', 'text', 'fen'])('knows the amount format %s', (amountFormat) => {
		expect(readOptions({ amountFormat }).amountFormat).toBe(amountFormat);
	});

	it.each(['', 'yuan', 'Number', 'constructor'])(
		'takes yuan as a number for the amount format %j, never fen by accident',
		(amountFormat) => {
			expect(readOptions({ amountFormat }).amountFormat).toBe('number');
		},
	);

	it.each(['', 'Item', 'skip', true])('fails items that are not found for %j', (notFound) => {
		expect(readOptions({ notFound }).notFound).toBe('error');
	});
});
