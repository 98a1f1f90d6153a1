/** The form of the trigger: an event for each method that has a status. */
import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';
import { METHODS } from '../../../alipay/methods';
import { OWNERS, type Method, type Status } from '../../../alipay/methods/method';
import { numberFields, waysOf } from '../form/method';
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
export type WatchedMethod = Method & { status: Status };

const WATCHED = METHODS.filter((method): method is WatchedMethod => method.status !== null);

/** Saved in workflows, so it never changes. */
const eventOf = ({ resource }: Method) => `${resource.value}Status`;

const EVENT: INodeProperties = {
	displayName: 'Event',
	name: 'event',
	type: 'options',
	noDataExpression: true,
	options: WATCHED.map((method) => ({
		name: `${method.resource.name} Status`,
		value: eventOf(method),
		description: `A watched ${method.noun[0]} reaches one of the chosen statuses`,
	})).sort((a, b) => a.name.localeCompare(b.name)),
	default: 'couponOperationStatus',
};

/** The method of an event. Throws for one that does not exist. */
export function methodOfEvent(event: string): WatchedMethod {
	const found = WATCHED.find((method) => eventOf(method) === event);
	if (!found) throw new Error(`There is no event "${event}"`);
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

function watchForm(method: WatchedMethod): INodeProperties[] {
	const [one, many] = method.noun;
	const { values, alerts } = method.status;
	const final = Object.keys(values).filter((value) => values[value]?.stage === 'final');
	return [
		{
			displayName: 'Statuses',
			name: 'statuses',
			type: 'multiOptions',
			options: Object.entries(values)
				.map(([value, { name, description }]) => ({ name, value, description }))
				.sort((a, b) => a.name.localeCompare(b.name)),
			default: [...alerts],
			required: true,
			description: `Which statuses start the workflow when a watched ${one} reaches one of them`,
		},
		{
			displayName: capitalized(many),
			name: 'operations',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, multipleValueButtonText: `Add ${capitalized(one)}` },
			default: {},
			description: `The ${many} to watch. Those that reached ${final.join(' or ')} are not asked again.`,
			options: [{ displayName: capitalized(one), name: 'values', values: rowFields(method) }],
		},
		{
			displayName: 'Watch List',
			name: 'watchList',
			type: 'json',
			default: '',
			placeholder: `e.g. [{ ${exampleRow(method)} }]`,
			description: `More ${many}, as a JSON array of objects with ${pairsInWords(method)}. For a list that changes, see the example with a Data Table.`,
		},
		SIMPLIFY,
		WATCH_OPTIONS,
	];
}

/** `operations` as the form calls them: `Operations`. */
export const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

const rowFields = (method: Method): INodeProperties[] => [
	{
		displayName: 'Identify By',
		name: 'identifyBy',
		type: 'options',
		options: waysOf(method),
		default: 'alipay',
		description: `Which numbers name the ${method.noun[0]}`,
	},
	...OWNERS.flatMap((owner) => numberFields(method, owner)),
];

/** `auth_no and operation_id, or out_order_no and out_request_no` */
export const pairsInWords = ({ identifiedBy }: Method) =>
	OWNERS.flatMap((owner) => identifiedBy[owner].anyOf)
		.map((names) => names.join(' and '))
		.join(', or ');

/** `"auth_no": "2014…5678", "operation_id": "2014…6400"` */
function exampleRow({ parameters, identifiedBy }: Method): string {
	const [names = []] = identifiedBy.alipay.anyOf;
	const shown = parameters.filter(({ name }) => names.includes(name));
	return shown
		.map(({ name, example }) => `"${name}": "${example.slice(0, 4)}…${example.slice(-4)}"`)
		.join(', ');
}

export const REPEAT_AFTER_RESTART: INodeProperties = {
	displayName: 'Repeat After Restart',
	name: 'repeatAfterRestart',
	type: 'boolean',
	default: false,
	description:
		'Whether to put the latest change, and those of the quarter of an hour before it, out once more at each start of n8n: an execution that a crash ended is not run again. Use it with a check for duplicates.',
};

const WATCH_OPTIONS: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		AMOUNT_FORMAT,
		{
			...APP_AUTH_TOKEN,
			description:
				'The app_auth_token of the merchant to ask for, in place of the one in the credential',
		},
		{
			...CONCURRENCY,
			description: 'How many requests may be under way at once',
		},
		REPEAT_AFTER_RESTART,
		{
			...REQUESTS_PER_SECOND,
			description: 'How many requests to send per second at most, evenly spaced; 0 for no limit',
		},
		TIMEOUT,
	],
};
