import type { INodeProperties } from 'n8n-workflow';
import { openStatuses, type Method } from '../../../alipay/methods/method';
import { textOf } from '../../../alipay/text/textOf';
import { AMOUNT_FORMATS, type AmountFormat } from '../item';

/** What the node reads from its Options, with defaults filled in and numbers held to their range. */
export interface QueryOptions {
	/** '' for the token of the credential. */
	appAuthToken: string;
	amountFormat: AmountFormat;
	includeInputFields: boolean;
	includeGatewayDetails: boolean;
	notFound: 'error' | 'item';
	/** Null when the node shall not wait. */
	wait: { maxMs: number; intervalMs: number } | null;
	concurrency: number;
	/** 0 for no limit. */
	requestsPerSecond: number;
	maxTries: number;
	timeoutMs: number;
}

export const CONCURRENCY = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100 },
	default: 10,
	description:
		'How many requests may be under way at once. Items with the same numbers share one. The first item decides for the run.',
} as const satisfies INodeProperties;

const MAX_TRIES = {
	displayName: 'Max Tries',
	name: 'maxTries',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 10 },
	default: 3,
	description:
		'How often to ask at most when Alipay is busy or cannot be reached. Answers that Alipay is called too often do not count: they slow down the whole run.',
} as const satisfies INodeProperties;

export const REQUESTS_PER_SECOND = {
	displayName: 'Requests per Second',
	name: 'requestsPerSecond',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1000 },
	default: 0,
	description:
		'How many requests to send per second at most, evenly spaced; 0 for no limit. The first item decides for the run.',
} as const satisfies INodeProperties;

export const TIMEOUT = {
	displayName: 'Timeout (Seconds)',
	name: 'timeoutSeconds',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 120 },
	default: 15,
	description: 'How long to wait for each answer',
} as const satisfies INodeProperties;

const MAX_WAIT = {
	displayName: 'Max Wait (Seconds)',
	name: 'maxWaitSeconds',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 3600 },
	default: 60,
	description: 'How long to wait at most',
} as const satisfies INodeProperties;

const POLL_INTERVAL = {
	displayName: 'Poll Interval (Seconds)',
	name: 'pollIntervalSeconds',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 600 },
	default: 5,
	description: 'How long to pause before asking again',
} as const satisfies INodeProperties;

export const AMOUNT_FORMAT: INodeProperties = {
	displayName: 'Amount Format',
	name: 'amountFormat',
	type: 'options',
	options: [
		{ name: 'Number', value: 'number', description: 'Yuan as a number: 100.5' },
		{ name: 'Text', value: 'text', description: 'Yuan as Alipay writes it: 100.50' },
		{ name: 'Fen', value: 'fen', description: 'An integer, exact in sums: 10050' },
	],
	default: 'number',
	description: 'How amounts leave the node',
};

export const APP_AUTH_TOKEN = {
	displayName: 'App Auth Token',
	name: 'appAuthToken',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description:
		'The app_auth_token of the merchant to ask for, in place of the one in the credential. May differ per item.',
} as const satisfies INodeProperties;

export const SIMPLIFY: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

const notFoundOption = ([one]: Method['noun']): INodeProperties => ({
	displayName: 'If Not Found',
	name: 'notFound',
	type: 'options',
	options: [
		{
			name: 'Fail the Item',
			value: 'error',
			description: 'Treat it like any other refusal by Alipay',
		},
		{
			name: 'Output an Item',
			value: 'item',
			description: 'Output the numbers with empty fields. Every item then has a "found" field.',
		},
	],
	default: 'error',
	description: `What to do when Alipay knows no such ${one}. An item whose number looks damaged, e.g. rounded by a spreadsheet, fails in any case: the ${one} may exist.`,
});

const INCLUDE_GATEWAY_DETAILS: INodeProperties = {
	displayName: 'Include Gateway Details',
	name: 'includeGatewayDetails',
	type: 'boolean',
	default: false,
	description:
		'Whether to add a "gateway" field with code, message, trace ID, signature check and number of tries',
};

const INCLUDE_INPUT_FIELDS: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: false,
	description:
		'Whether to keep the fields of the input item, e.g. the other columns of a spreadsheet. Alipay’s fields win over those of the same name.',
};

const waitOption = (open: string): INodeProperties => ({
	displayName: 'Wait for Final Status',
	name: 'waitForFinalStatus',
	type: 'fixedCollection',
	default: {},
	placeholder: 'Set limits',
	description: `Whether to ask again while the status is ${open}. What is still ${open} when the time is up is output as it is.`,
	options: [{ displayName: 'Limits', name: 'limits', values: [MAX_WAIT, POLL_INTERVAL] }],
});

/** The options of a query: those that make sense for the method. */
export function optionsOf(method: Method): INodeProperties {
	const open = openStatuses(method).join(' or ');
	const canBeMissing = Object.values(method.codes).some(({ notFound }) => notFound);
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			AMOUNT_FORMAT,
			APP_AUTH_TOKEN,
			CONCURRENCY,
			...(canBeMissing ? [notFoundOption(method.noun)] : []),
			INCLUDE_GATEWAY_DETAILS,
			INCLUDE_INPUT_FIELDS,
			MAX_TRIES,
			REQUESTS_PER_SECOND,
			TIMEOUT,
			...(open ? [waitOption(open)] : []),
		],
	};
}

interface NumberOption {
	name: string;
	default: number;
	typeOptions: { minValue: number; maxValue: number };
}

type Collection = Readonly<Record<string, unknown>>;

/** Reads the collection as the editor stores it: options that were not added are absent. */
export function readOptions(raw: Collection): QueryOptions {
	// Added without "Set limits" the editor stores an empty object: the usual limits then.
	const waiting = raw.waitForFinalStatus as { limits?: Collection } | undefined;
	const limits = waiting && (waiting.limits ?? {});
	return {
		appAuthToken: textOf(raw.appAuthToken).trim(),
		amountFormat: AMOUNT_FORMATS.find((format) => format === raw.amountFormat) ?? 'number',
		includeInputFields: raw.includeInputFields === true,
		includeGatewayDetails: raw.includeGatewayDetails === true,
		notFound: raw.notFound === 'item' ? 'item' : 'error',
		wait: limits
			? {
					maxMs: Math.round(within(MAX_WAIT, limits) * 1000),
					intervalMs: Math.round(within(POLL_INTERVAL, limits) * 1000),
				}
			: null,
		concurrency: Math.floor(within(CONCURRENCY, raw)),
		requestsPerSecond: within(REQUESTS_PER_SECOND, raw),
		maxTries: Math.floor(within(MAX_TRIES, raw)),
		timeoutMs: Math.round(within(TIMEOUT, raw) * 1000),
	};
}

/** The form holds fixed values to the range; an expression bypasses it, so it is held here again. */
function within({ name, default: usual, typeOptions }: NumberOption, raw: Collection): number {
	const given = raw[name];
	const isBlank = typeof given === 'string' && given.trim() === '';
	const value = Number(isBlank ? usual : (given ?? usual));
	if (!Number.isFinite(value)) return usual;
	return Math.min(typeOptions.maxValue, Math.max(typeOptions.minValue, value));
}
