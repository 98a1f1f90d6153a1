import type { INodeProperties } from 'n8n-workflow';
import { readAppAuthToken } from '../../../alipay/application/shortFields';
import { openStatuses, type Method, type OptionalParameter } from '../../../alipay/methods/method';
import type { AmountFormat } from '../item';
import { fixed, type Span } from '../width';
import { parameterOf } from './names';
import {
	isBlank,
	rangeNote,
	readAddition,
	readCollection,
	readNumberWithin,
	readOptionalChoice,
	readText,
	Unreadable,
	type Collection,
} from './read';

/** The Options of the node, with defaults filled in and numbers limited to their range. */
export interface QueryOptions {
	/** '' for the token of the credential. */
	appAuthToken: string;
	amountFormat: AmountFormat;
	includeInputFields: boolean;
	includeGatewayDetails: boolean;
	notFound: 'error' | 'item';
	/** Null to look it up once. */
	wait: { maxMs: number; intervalMs: number } | null;
	concurrency: Span;
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
		'How many requests may be in progress at the same time. Without this option, the node starts with 10. It uses up to 40 while n8n is not busy and no other run sends requests to Alipay. Items with the same numbers share one request. The value of the first item applies to the whole run.',
} as const satisfies INodeProperties;

/** Used without the option. docs/performance.md has the measurements. */
const USUAL_CONCURRENCY: Span = { from: CONCURRENCY.default, to: 40 };

const MAX_TRIES = {
	displayName: 'Max Tries',
	name: 'maxTries',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 10 },
	default: 3,
	description:
		'The maximum number of attempts when Alipay is busy or cannot be reached. Attempts that Alipay refuses because of its rate limit do not count. They slow down the whole run instead.',
} as const satisfies INodeProperties;

export const REQUESTS_PER_SECOND = {
	displayName: 'Requests per Second',
	name: 'requestsPerSecond',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1000 },
	default: 0,
	description:
		'The maximum number of requests per second, evenly spaced. 0 means no limit. The value of the first item applies to the whole run.',
} as const satisfies INodeProperties;

export const TIMEOUT = {
	displayName: 'Timeout (Seconds)',
	name: 'timeoutSeconds',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 120 },
	default: 15,
	description: 'How long to wait for each response',
} as const satisfies INodeProperties;

const POLL_INTERVAL = {
	displayName: 'Poll Interval (Seconds)',
	name: 'pollIntervalSeconds',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 600 },
	default: 5,
	description:
		'How long to pause between two requests. Use it together with Wait for Final Status.',
} as const satisfies INodeProperties;

/** A number, not a group with Poll Interval: n8n drops a group in which no value was entered. */
const WAIT = {
	displayName: 'Wait for Final Status (Seconds)',
	name: 'waitForFinalStatusSeconds',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 3600 },
	default: 60,
} as const satisfies INodeProperties;

export const AMOUNT_FORMAT: INodeProperties = {
	displayName: 'Amount Format',
	name: 'amountFormat',
	type: 'options',
	options: [
		{ name: 'Number', value: 'number', description: 'Yuan as a number: 100.5' },
		{ name: 'Text', value: 'text', description: 'Yuan as Alipay writes it: 100.50' },
		{ name: 'Fen', value: 'fen', description: 'Fen as an integer, for exact sums: 10050' },
	],
	default: 'number',
	description: 'The format of amounts in the output',
};

export const APP_AUTH_TOKEN = {
	displayName: 'App Auth Token',
	name: 'appAuthToken',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description:
		'The app_auth_token of the merchant. The node uses it instead of the token in the credential. It can be different for each item.',
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
			description: 'Treat it like any other error from Alipay',
		},
		{
			name: 'Output an Item',
			value: 'item',
			description:
				'Output the numbers, and leave the other fields empty. Every item then has a "found" field.',
		},
	],
	default: 'error',
};

const INCLUDE_GATEWAY_DETAILS: INodeProperties = {
	displayName: 'Include Gateway Details',
	name: 'includeGatewayDetails',
	type: 'boolean',
	default: true,
	description:
		'Whether to add a "gateway" field with code, message, trace ID, signature check and number of attempts',
};

export const INCLUDE_INPUT_FIELDS: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: true,
	description:
		'Whether to keep the fields of the input item, for example the other columns of a spreadsheet. A field from Alipay replaces an input field with the same name. The node leaves out columns with the names found, gateway or error. With On Error set to Continue, a failed item keeps its input fields too. The error output always has them.',
};

/** The collection without its options, which differ by method. */
const OPTIONS = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
} as const satisfies INodeProperties;

/** The options of a lookup that make sense for the method. */
export function optionsOf(method: Method): INodeProperties {
	const open = openStatuses(method).join(' or ');
	const wait = `How long to repeat the lookup while the status is ${open}. With 0, the node looks it up once. If the status is still ${open} when the time is over, the node outputs the item as it is.`;
	const [one] = method.noun;
	const notFound = `What to do when Alipay does not find the ${one}. An item always fails if its number looks damaged, for example rounded by a spreadsheet, because the ${one} may exist.`;
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
			...(open ? [POLL_INTERVAL, { ...WAIT, description: wait }] : []),
			...(method.options ?? []).map(furtherField),
		].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/** The options of Any API: those for the request. */
export const CALL_OPTIONS: INodeProperties = {
	...OPTIONS,
	options: [
		APP_AUTH_TOKEN,
		CONCURRENCY,
		INCLUDE_GATEWAY_DETAILS,
		INCLUDE_INPUT_FIELDS,
		{
			...MAX_TRIES,
			description:
				'The maximum number of attempts when Alipay is busy or cannot be reached. It applies only to methods that read, such as methods whose names end with query. The node sends any other method once.',
		},
		REQUESTS_PER_SECOND,
		TIMEOUT,
	],
};

function furtherField(parameter: OptionalParameter): INodeProperties {
	const { name, label, description, example, choices } = parameter;
	const field = { displayName: label, name: parameterOf(name), description };
	return choices
		? {
				...field,
				type: 'multiOptions',
				default: [],
				options: choices.map((value) => ({ name: value, value })),
			}
		: { ...field, type: 'string', default: '', placeholder: `e.g. ${example ?? ''}` };
}

/** Further parameters of the method by Alipay's names, without the options that were not added. */
export function furtherOf(method: Method, given: unknown): Readonly<Record<string, unknown>> {
	const raw = readCollection(OPTIONS, given);
	const read = (method.options ?? []).map(({ name, label, choices }) => {
		const value = raw[parameterOf(name)];
		return [name, choices ? readList(label, value) : readText(label, value)] as const;
	});
	return Object.fromEntries(read.filter(([, value]) => value.length > 0));
}

/** Not limited to the known choices: Alipay may have more. */
function readList(label: string, value: unknown): string[] {
	const list: unknown[] = isBlank(value) ? [] : [value].flat();
	return list.map((one) => readText(label, one));
}

/** Reads the collection as the editor stores it: options that were not added are absent. */
export function readOptions(given: unknown): QueryOptions {
	const raw = readCollection(OPTIONS, given);
	return {
		appAuthToken: readToken(raw.appAuthToken),
		amountFormat: readOptionalChoice(AMOUNT_FORMAT, raw.amountFormat) as AmountFormat,
		includeInputFields: readAddition(INCLUDE_INPUT_FIELDS, raw.includeInputFields),
		includeGatewayDetails: readAddition(INCLUDE_GATEWAY_DETAILS, raw.includeGatewayDetails),
		notFound: readOptionalChoice(NOT_FOUND, raw.notFound) as QueryOptions['notFound'],
		wait: readWait(raw),
		concurrency: readConcurrency(raw[CONCURRENCY.name]),
		requestsPerSecond: readNumberWithin(REQUESTS_PER_SECOND, raw.requestsPerSecond),
		maxTries: Math.floor(readNumberWithin(MAX_TRIES, raw.maxTries)),
		timeoutMs: Math.round(readNumberWithin(TIMEOUT, raw.timeoutSeconds) * 1000),
	};
}

/** Cleaned in the same way as the token of the credential. */
function readToken(given: unknown): string {
	const token = readAppAuthToken(readText('App Auth Token (app_auth_token)', given), 'Options');
	if (token.ok) return token.value;
	throw new Unreadable(token.fault.message, token.fault.solution);
}

function readConcurrency(given: unknown): Span {
	if (isBlank(given)) return USUAL_CONCURRENCY;
	return fixed(Math.floor(readNumberWithin(CONCURRENCY, given)));
}

/** Off unless the option was added. The form's default applies only after adding it. */
function readWait(raw: Collection): QueryOptions['wait'] {
	const given = raw[WAIT.name];
	const maxMs = isBlank(given) ? 0 : Math.round(readNumberWithin(WAIT, given) * 1000);
	const interval = readNumberWithin(POLL_INTERVAL, raw[POLL_INTERVAL.name]);
	return maxMs === 0 ? null : { maxMs, intervalMs: Math.round(interval * 1000) };
}

/** Notes about numbers that `readOptions` had to limit to the range of the form. */
export function rangeNotes(given: unknown): string[] {
	const raw = readCollection(OPTIONS, given);
	return [CONCURRENCY, MAX_TRIES, POLL_INTERVAL, REQUESTS_PER_SECOND, TIMEOUT, WAIT]
		.map((field) => rangeNote(field, raw[field.name]))
		.filter(Boolean);
}
