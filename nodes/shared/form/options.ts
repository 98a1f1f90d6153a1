import type { INodeProperties } from 'n8n-workflow';
import { readAppAuthToken } from '../../../alipay/application/shortFields';
import { openStatuses, type Method } from '../../../alipay/methods/method';
import type { AmountFormat } from '../item';
import {
	isBlank,
	rangeNote,
	readBoolean,
	readCollection,
	readNumberWithin,
	readOptionalChoice,
	readText,
	Unreadable,
} from './read';

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

const NOT_FOUND: INodeProperties = {
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
};

const INCLUDE_GATEWAY_DETAILS: INodeProperties = {
	displayName: 'Include Gateway Details',
	name: 'includeGatewayDetails',
	type: 'boolean',
	default: false,
	description:
		'Whether to add a "gateway" field with code, message, trace ID, signature check and number of tries',
};

export const INCLUDE_INPUT_FIELDS: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: false,
	description:
		'Whether to keep the fields of the input item, e.g. the other columns of a spreadsheet. Alipay’s fields win over those of the same name; columns named found, gateway or error are left out. With On Error set to Continue a failed item keeps them, too. The error output has them in any case.',
};

const LIMITS = { displayName: 'Limits', name: 'limits', values: [MAX_WAIT, POLL_INTERVAL] };

const WAIT: INodeProperties = {
	displayName: 'Wait for Final Status',
	name: 'waitForFinalStatus',
	type: 'fixedCollection',
	default: {},
	placeholder: 'Set limits',
	options: [LIMITS],
};

/** The collection without its options, which differ by method. */
const OPTIONS = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
} as const satisfies INodeProperties;

/** The options of a query: those that make sense for the method. */
export function optionsOf(method: Method): INodeProperties {
	const open = openStatuses(method).join(' or ');
	const wait = `Whether to ask again while the status is ${open}. What is still ${open} when the time is up is output as it is.`;
	const [one] = method.noun;
	const notFound = `What to do when Alipay knows no such ${one}. An item whose number looks damaged, e.g. rounded by a spreadsheet, fails in any case: the ${one} may exist.`;
	const canBeMissing = Object.values(method.codes).some(({ notFound }) => notFound);
	return {
		...OPTIONS,
		options: [
			AMOUNT_FORMAT,
			APP_AUTH_TOKEN,
			CONCURRENCY,
			...(canBeMissing ? [{ ...NOT_FOUND, description: notFound }] : []),
			INCLUDE_GATEWAY_DETAILS,
			INCLUDE_INPUT_FIELDS,
			MAX_TRIES,
			REQUESTS_PER_SECOND,
			TIMEOUT,
			...(open ? [{ ...WAIT, description: wait }] : []),
		],
	};
}

/** Reads the collection as the editor stores it: options that were not added are absent. */
export function readOptions(given: unknown): QueryOptions {
	const raw = readCollection(OPTIONS, given);
	return {
		appAuthToken: readToken(raw.appAuthToken),
		amountFormat: readOptionalChoice(AMOUNT_FORMAT, raw.amountFormat) as AmountFormat,
		includeInputFields: readBoolean(INCLUDE_INPUT_FIELDS, raw.includeInputFields),
		includeGatewayDetails: readBoolean(INCLUDE_GATEWAY_DETAILS, raw.includeGatewayDetails),
		notFound: readOptionalChoice(NOT_FOUND, raw.notFound) as QueryOptions['notFound'],
		wait: readWait(raw.waitForFinalStatus),
		concurrency: Math.floor(readNumberWithin(CONCURRENCY, raw.concurrency)),
		requestsPerSecond: readNumberWithin(REQUESTS_PER_SECOND, raw.requestsPerSecond),
		maxTries: Math.floor(readNumberWithin(MAX_TRIES, raw.maxTries)),
		timeoutMs: Math.round(readNumberWithin(TIMEOUT, raw.timeoutSeconds) * 1000),
	};
}

/** Cleaned as the one of the credential is. */
function readToken(given: unknown): string {
	const token = readAppAuthToken(readText('App Auth Token (app_auth_token)', given), 'Options');
	if (token.ok) return token.value;
	throw new Unreadable(token.fault.message, token.fault.solution);
}

/** Added without "Set limits" the editor stores an empty object: the usual limits then. */
function readWait(given: unknown): QueryOptions['wait'] {
	if (isBlank(given)) return null;
	const limits = readCollection(LIMITS, readCollection(WAIT, given).limits);
	return {
		maxMs: Math.round(readNumberWithin(MAX_WAIT, limits.maxWaitSeconds) * 1000),
		intervalMs: Math.round(readNumberWithin(POLL_INTERVAL, limits.pollIntervalSeconds) * 1000),
	};
}

/** What to tell of numbers outside the range of the form, which `readOptions` holds to it. */
export function rangeNotes(given: unknown): string[] {
	const raw = readCollection(OPTIONS, given);
	const limits = readCollection(LIMITS, readCollection(WAIT, raw.waitForFinalStatus).limits);
	return [CONCURRENCY, MAX_TRIES, REQUESTS_PER_SECOND, TIMEOUT, MAX_WAIT, POLL_INTERVAL]
		.map((field) => rangeNote(field, { ...raw, ...limits }[field.name]))
		.filter(Boolean);
}
