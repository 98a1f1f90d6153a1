import { describe, expect, it } from 'vitest';
import { rangeNotes, readOptions } from '../../nodes/shared/form/options.ts';
import { reading } from '../../nodes/shared/form/read.ts';
import { fault } from '../support/answers.mts';

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

	it.each(NUMBERS)('takes the default of %s for nothing', (...row) => {
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

	it('says of a number outside its range what is used instead', () => {
		const wait = { limits: { maxWaitSeconds: 0, pollIntervalSeconds: 5 } };
		const raw = { concurrency: 500, maxTries: 3, waitForFinalStatus: wait };
		expect(rangeNotes(raw)).toEqual([
			'Concurrency is 500; the node used 100, the nearest value that it takes.',
			'Max Wait (Seconds) is 0; the node used 1, the nearest value that it takes.',
		]);
		expect(rangeNotes({ concurrency: '20', timeoutSeconds: null })).toEqual([]);
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

	it.each([
		['amountFormat', 'yuan', 'Amount Format is "yuan"', /^Its expression must return "number"/],
		['amountFormat', 'Fen', 'Amount Format is "Fen"', /^Write "fen"\. /],
		['amountFormat', 'constructor', 'Amount Format is "constructor"', /"text", or "fen"/],
		['amountFormat', 2, 'Amount Format is "2"', /"text", or "fen"/],
		['amountFormat', ['fen'], 'Amount Format is a list', /"text", or "fen"/],
		['notFound', 'Output an Item', 'If Not Found is "Output an Item"', /^Write "item"\. /],
		['notFound', 'skip', 'If Not Found is "skip"', /"error" or "item"/],
		['notFound', true, 'If Not Found is "true"', /"error" or "item"/],
	])('refuses %s %j by name and says which values there are', (name, given, what, words) => {
		const read = reading(() => readOptions({ [name]: given }));
		const { message, solution, code } = fault(read);
		expect(message).toBe(`${what}, which is not one of its values`);
		expect(solution).toMatch(words);
		expect(code).toBe('invalid-settings');
	});

	it.each(['includeInputFields', 'includeGatewayDetails'] as const)(
		'reads %s from true and false, also as the text of a spreadsheet',
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
		[{ waitForFinalStatus: true }, 'Wait for Final Status is "true", not a group of options'],
		[{ waitForFinalStatus: 'yes' }, 'Wait for Final Status is "yes", not a group of options'],
		[{ waitForFinalStatus: { limits: 60 } }, 'Limits is "60", not a group of options'],
		['fen', 'Options is "fen", not a group of options'],
		[[{ amountFormat: 'fen' }], 'Options is a list, not a group of options'],
		[7, 'Options is "7", not a group of options'],
	])('refuses %j by name', (raw, message) => {
		expect(() => readOptions(raw)).toThrow(message);
	});

	it.each([null, undefined, ''])('takes %j for no options', (raw) => {
		expect(readOptions(raw)).toEqual(DEFAULTS);
	});

	it('quotes no long value, which may be a secret in the wrong field', () => {
		const given = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
		expect(() => readOptions({ amountFormat: given })).toThrow(
			'Amount Format is a text of 32 characters, which',
		);
	});
});
