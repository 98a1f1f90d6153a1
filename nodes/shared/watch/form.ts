/** The form of the trigger, with an event for each method whose status people wait for. */
import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';
import { METHODS } from '../../../alipay/methods';
import { OWNERS, type Method, type Status, type StatusValue } from '../../../alipay/methods/method';
import { numberFields, pairsInWords, waysOf } from '../form/method';
import {
	AMOUNT_FORMAT,
	APP_AUTH_TOKEN,
	CONCURRENCY,
	REQUESTS_PER_SECOND,
	SIMPLIFY,
	TIMEOUT,
} from '../form/options';
import { readChoice } from '../form/read';

/** A method whose status can be watched. */
export type WatchedMethod = Method & { status: Status & Required<Pick<Status, 'alerts'>> };

const isWatched = (method: Method): method is WatchedMethod => method.status?.alerts !== undefined;

const WATCHED = METHODS.filter(isWatched);

/** `CLOSED, FAIL, or REFUND` */
const EITHER = new Intl.ListFormat('en-US', { type: 'disjunction' });

/** Saved in workflows: never change it. */
const eventOf = ({ resource }: Method) => `${resource.value}Status`;

function eventInWords({ resource, noun: [one], status }: WatchedMethod): string {
	const { description = `One ${one}` } = resource;
	return `${description} reaches one of the chosen statuses, for example ${EITHER.format(status.alerts)}`;
}

const EVENT: INodeProperties = {
	displayName: 'Event',
	name: 'event',
	type: 'options',
	noDataExpression: true,
	options: WATCHED.map((method) => ({
		name: `${method.resource.name} Status`,
		value: eventOf(method),
		description: eventInWords(method),
	})).sort((a, b) => a.name.localeCompare(b.name)),
	default: 'couponOperationStatus',
};

/** The method of an event. Throws for one that does not exist. */
export function methodOfEvent(event: string): WatchedMethod {
	const found = WATCHED.find((method) => eventOf(method) === event);
	if (!found) throw new Error(`The event "${event}" does not exist`);
	return found;
}

/** The event of the form, and its method. Throws `Unreadable` for one that does not exist. */
export function readEvent(value: unknown): { event: string; method: WatchedMethod } {
	const event = readChoice(EVENT, value);
	return { event, method: methodOfEvent(event) };
}

/** Event, and the fields of each. */
export const watchForms = (): INodeProperties[] => [
	EVENT,
	...WATCHED.flatMap((method) =>
		updateDisplayOptions({ show: { event: [eventOf(method)] } }, watchForm(method)),
	),
];

export function watchForm(method: WatchedMethod): INodeProperties[] {
	const [one, many] = method.noun;
	return [
		statusesField(method),
		{
			displayName: capitalized(many),
			name: 'operations',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			// n8n shows it on the button, with or without rows.
			placeholder: `Add ${capitalized(one)}`,
			default: {},
			description: `The ${many} to watch. ${untilWhen(method)}.`,
			options: [{ displayName: capitalized(one), name: 'values', values: rowFields(method) }],
		},
		{
			displayName: 'Watch List',
			name: 'watchList',
			type: 'string',
			typeOptions: { rows: 6 },
			default: '',
			placeholder: `e.g. ${exampleRows(method)}`,
			description: `More ${many}. Paste rows from a spreadsheet or a CSV file. The first line must name the columns ${pairsInWords(method)}. You can also use a JSON array of objects with these names. For a list that changes, see example 04 (Data Table).`,
		},
		SIMPLIFY,
		{ ...WATCH_OPTIONS, options: watchOptions(method) },
	];
}

/** The statuses of a method, each with Alipay's name. */
export const statusesField = ({ noun: [one], status }: WatchedMethod): INodeProperties => ({
	displayName: 'Statuses',
	name: 'statuses',
	type: 'multiOptions',
	options: Object.entries(status.values)
		.map(([value, { name, description }]) => ({
			name,
			value,
			description: `${value}: ${description}`,
		}))
		.sort((a, b) => a.name.localeCompare(b.name)),
	default: [...status.alerts],
	required: true,
	description: `The statuses that start the workflow when a watched ${one} reaches one of them`,
});

/** '' if no status has this stage. */
function inWords({ status: { values } }: WatchedMethod, stage: StatusValue['stage']): string {
	return EITHER.format(Object.keys(values).filter((value) => values[value]?.stage === stage));
}

/** A sentence without its period. */
function untilWhen(method: WatchedMethod): string {
	const [, many] = method.noun;
	const settled = inWords(method, 'settled');
	const final = `The trigger no longer looks up ${many} that reached ${inWords(method, 'final')}`;
	const { displayName: option } = KEEP_WATCHING;
	if (!settled) return final;
	return `${final}. ${settled} may still change: the option ${option} sets how long the trigger keeps looking it up`;
}

/** `deposit operations` as the form calls them: `Deposit Operations`. */
export const capitalized = (words: string) =>
	words.replace(/\b\p{L}/gu, (letter) => letter.toUpperCase());

const rowFields = (method: Method): INodeProperties[] => [
	{
		displayName: 'Identify By',
		name: 'identifyBy',
		type: 'options',
		options: waysOf(method),
		default: 'alipay',
		description: `Which numbers identify the ${method.noun[0]}`,
	},
	...OWNERS.flatMap((owner) => numberFields(method, owner)),
];

/** A line with the names of the columns, and rows of numbers: `2014…5678, 2014…6400`. */
function exampleRows({ parameters, identifiedBy }: Method): string {
	const [names = []] = identifiedBy.alipay.anyOf;
	const shown = parameters.filter(({ name }) => names.includes(name));
	const row = (more: number) =>
		shown.map(({ example }) => `${example.slice(0, 4)}…${Number(example.slice(-4)) + more}`);
	return [shown.map(({ name }) => name), row(0), row(1)]
		.map((cells) => cells.join(', '))
		.join('\n');
}

export const KEEP_WATCHING = {
	displayName: 'Keep Watching (Days)',
	name: 'keepWatchingDays',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 365 },
	default: 7,
} as const satisfies INodeProperties;

export const REPORT_OUTAGE = {
	displayName: 'Report Outage Every (Minutes)',
	name: 'reportOutageMinutes',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1440 },
	default: 60,
	description:
		'How often to report that Alipay is busy or cannot be reached. The first three polls show as failed executions. After that, n8n shows one failed execution in this many minutes, and the polls in between show nothing. With 0, every poll shows as a failed execution.',
} as const satisfies INodeProperties;

export const REPEAT_AFTER_RESTART: INodeProperties = {
	displayName: 'Repeat After Restart',
	name: 'repeatAfterRestart',
	type: 'boolean',
	default: true,
	description:
		'Whether to output the latest change again each time n8n starts, and the changes of the 15 minutes before it. After a crash, n8n does not run the stopped execution again, so a change could get lost. Your workflow must be able to handle a change that comes twice.',
};

const WATCH_OPTIONS: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
};

function watchOptions(method: WatchedMethod): INodeProperties[] {
	const [one] = method.noun;
	const settled = inWords(method, 'settled');
	const keep = `How many days to keep looking up a ${one} that is ${settled}, because it may still change. The trigger looks it up once or twice an hour. The days count from the poll that first saw ${settled}. With 0, the trigger stops looking it up at ${settled}.`;
	return [
		AMOUNT_FORMAT,
		{
			...APP_AUTH_TOKEN,
			description:
				'The app_auth_token of the merchant. The trigger uses it instead of the token in the credential.',
		},
		{
			...CONCURRENCY,
			description: 'How many requests may be in progress at the same time',
		},
		...(settled ? [{ ...KEEP_WATCHING, description: keep }] : []),
		REPEAT_AFTER_RESTART,
		REPORT_OUTAGE,
		{
			...REQUESTS_PER_SECOND,
			description: 'The maximum number of requests per second, evenly spaced. 0 means no limit.',
		},
		TIMEOUT,
	];
}
