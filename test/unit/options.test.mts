import { describe, expect, it } from 'vitest';
import { rangeNotes, readOptions } from '../../nodes/shared/form/options.ts';
import { reading } from '../../nodes/shared/form/read.ts';
import { fault } from '../support/responses.mts';

const DEFAULTS = {
	appAuthToken: '',
	amountFormat: 'number',
	includeInputFields: false,
	includeGatewayDetails: false,
	notFound: 'error',
	wait: null,
	concurrency: { from: 10, to: 40 },
	requestsPerSecond: 0,
	maxTries: 3,
	timeoutMs: 15_000,
};

/** Option, its field in the result, lowest, highest, default; the factor is that of the unit. */
const NUMBERS = [
	['maxTries', 'maxTries', 1, 10, 3, 1],
	['requestsPerSecond', 'requestsPerSecond', 0, 1000, 0, 1],
	['timeoutSeconds', 'timeoutMs', 1, 120, 15, 1000],
] as const;

describe('readOptions', () => {
	it('returns the documented defaults when no option was added', () => {
		expect(readOptions({})).toEqual(DEFAULTS);
	});

	it('returns the defaults when an expression returns nothing', () => {
		const names = ['appAuthToken', 'amountFormat', 'includeInputFields', 'notFound'];
		const numbers = ['concurrency', ...NUMBERS.map(([name]) => name)];
		for (const nothing of [null, undefined]) {
			const raw = Object.fromEntries([...names, ...numbers].map((name) => [name, nothing]));
			expect(readOptions(raw)).toEqual(DEFAULTS);
		}
	});

	it('reads every option as the editor stores it', () => {
		const raw = {
			appAuthToken: ' token ',
			amountFormat: 'fen',
			includeInputFields: true,
			includeGatewayDetails: true,
			notFound: 'item',
			waitForFinalStatusSeconds: 90,
			pollIntervalSeconds: 2,
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
			concurrency: { from: 20, to: 20 },
			requestsPerSecond: 0.5,
			maxTries: 5,
			timeoutMs: 30_000,
		});
	});

	it.each(NUMBERS)('keeps %s within its range', (name, field, lowest, highest, _usual, unit) => {
		const read = (given: unknown) => readOptions({ [name]: given })[field];
		expect(read(-5)).toBe(lowest * unit);
		expect(read(lowest)).toBe(lowest * unit);
		expect(read(highest)).toBe(highest * unit);
		expect(read(1e9)).toBe(highest * unit);
	});

	it.each(NUMBERS)('uses the default of %s for an empty value', (...row) => {
		const [name, field, , , usual, unit] = row;
		for (const given of ['', '  ']) {
			expect(readOptions({ [name]: given })[field]).toBe(usual * unit);
		}
	});

	it.each(NUMBERS)('refuses %s by name when it is not a number', (name) => {
		for (const given of [NaN, Infinity, 'many', '10 s', '1,000', '５', {}, [], [7], true, false]) {
			expect(() => readOptions({ [name]: given })).toThrow(
				/^(Concurrency|Max Tries|Requests per Second|Timeout \(Seconds\)) is .*, which is not a number$/,
			);
		}
	});

	it('reports which value replaces a number outside its range', () => {
		const raw = { concurrency: 500, maxTries: 3, waitForFinalStatusSeconds: -1 };
		expect(rangeNotes(raw)).toEqual([
			'Concurrency is 500, which is out of range. The node used 100, the nearest allowed value.',
			'Wait for Final Status (Seconds) is -1, which is out of range. The node used 0, the nearest allowed value.',
		]);
		expect(rangeNotes({ concurrency: '20', timeoutSeconds: null })).toEqual([]);
	});

	it.each(NUMBERS)('reads %s from digits in text', (name, field, _low, _high, _usual, unit) => {
		expect(readOptions({ [name]: '7' })[field]).toBe(7 * unit);
	});

	it('rounds Max Tries down to a whole number', () => {
		expect(readOptions({ maxTries: 2.9 }).maxTries).toBe(2);
		expect(readOptions({ maxTries: 0.5 }).maxTries).toBe(1);
	});

	it.each([
		[1, 1],
		[100, 100],
		[0, 1],
		[101, 100],
		[2.9, 2],
		['7', 7],
	])('allows %j as Concurrency, which means %d requests at all times', (given, count) => {
		expect(readOptions({ concurrency: given }).concurrency).toEqual({ from: count, to: count });
	});

	it('returns times in whole milliseconds, which n8n and Node.js require', () => {
		expect(readOptions({ timeoutSeconds: 4.02 }).timeoutMs).toBe(4020);
		expect(readOptions({ timeoutSeconds: '1.23456' }).timeoutMs).toBe(1235);
	});

	it.each([0, '0', -1, '', null, undefined])('does not wait for %j seconds', (seconds) => {
		const raw = { waitForFinalStatusSeconds: seconds, pollIntervalSeconds: 5 };
		expect(readOptions(raw).wait).toBeNull();
	});

	it.each([
		[60, undefined, 60, 5],
		[60, null, 60, 5],
		['90', '2', 90, 2],
		[1e6, 1e6, 3600, 600],
		[1.5, 0, 1.5, 1],
	])('with %j and %j waits %d s at most, %d s between requests', (wait, poll, max, interval) => {
		const raw = { waitForFinalStatusSeconds: wait, pollIntervalSeconds: poll };
		expect(readOptions(raw).wait).toEqual({ maxMs: max * 1000, intervalMs: interval * 1000 });
	});

	it.each([
		['waitForFinalStatusSeconds', true, 'Wait for Final Status (Seconds) is "true", which'],
		['waitForFinalStatusSeconds', {}, 'Wait for Final Status (Seconds) is an object, which'],
		['pollIntervalSeconds', 'soon', 'Poll Interval (Seconds) is "soon", which'],
	])('refuses %s %j by name', (name, given, message) => {
		expect(() => readOptions({ [name]: given })).toThrow(message);
	});

	it.each(['number', 'text', 'fen'])('accepts the amount format %s', (amountFormat) => {
		expect(readOptions({ amountFormat }).amountFormat).toBe(amountFormat);
	});

	it.each([
		['amountFormat', 'yuan', 'Amount Format is "yuan"', /^Its expression must return "number"/],
		['amountFormat', 'Fen', 'Amount Format is "Fen"', /^Write "fen"\. /],
		['amountFormat', 'constructor', 'Amount Format is "constructor"', /"text", or "fen"/],
		['amountFormat', 2, 'Amount Format is "2"', /"text", or "fen"/],
		['amountFormat', ['fen'], 'Amount Format is a list', /"text", or "fen"/],
		['notFound', 'Output an Item', 'If Not Found is "Output an Item"', /^Write "item"\. /],
		['notFound', 'skip', 'If Not Found is "skip"', /"error" or "item"/],
		['notFound', true, 'If Not Found is "true"', /"error" or "item"/],
	])('refuses %s %j by name and lists the allowed values', (name, given, what, words) => {
		const read = reading(() => readOptions({ [name]: given }));
		const { message, solution, code } = fault(read);
		expect(message).toBe(`${what}, which is not one of its values`);
		expect(solution).toMatch(words);
		expect(code).toBe('invalid-settings');
	});

	it.each(['includeInputFields', 'includeGatewayDetails'] as const)(
		'reads %s from true and false, also as text from a spreadsheet',
		(name) => {
			for (const yes of [true, 'true', 'TRUE', ' True ']) {
				expect(readOptions({ [name]: yes })[name]).toBe(true);
			}
			for (const no of [false, 'false', 'FALSE', '', null, undefined]) {
				expect(readOptions({ [name]: no })[name]).toBe(false);
			}
			for (const strange of ['yes', 'no', '0', 1, 0, [], {}]) {
				expect(() => readOptions({ [name]: strange })).toThrow(
					/^Include (Input Fields|Gateway Details) is .*, which is not true or false$/,
				);
			}
		},
	);

	it.each([
		[{ appAuthToken: 2026 }, 'App Auth Token (app_auth_token) is a number, not text'],
		[{ appAuthToken: ['t'] }, 'App Auth Token (app_auth_token) is a list, not text'],
		['fen', 'Options is "fen", not a group of options'],
		[[{ amountFormat: 'fen' }], 'Options is a list, not a group of options'],
		[7, 'Options is "7", not a group of options'],
	])('refuses %j by name', (raw, message) => {
		expect(() => readOptions(raw)).toThrow(message);
	});

	it.each([null, undefined, ''])('reads %j as no options', (raw) => {
		expect(readOptions(raw)).toEqual(DEFAULTS);
	});

	it('never quotes a long value, which can be a secret in the wrong field', () => {
		const given = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
		expect(() => readOptions({ amountFormat: given })).toThrow(
			'Amount Format is a text of 32 characters, which',
		);
	});
});
