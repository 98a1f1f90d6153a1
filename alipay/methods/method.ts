/**
 * What a method of Alipay's gateway is, as data. Everything else derives from it: the form, the pairing
 * of numbers, the typed item, the preview of the output, the explanation of refusals, the event of the
 * trigger, the tables of the docs. How to add one: docs/adding-an-api.md.
 */
import { configuration, outage, WAIT, type Code } from '../errors/code';

export interface Method<Name extends string = string> {
	/** Alipay's name, e.g. `alipay.trade.query`. */
	name: string;
	/** A `write` may move money, so it is sent once, whatever happens to its response. */
	effect: 'read' | 'write';
	/** What it is about. Saved in workflows, so the value never changes. */
	resource: Readonly<{ value: string; name: string }>;
	operation: Readonly<{
		/** Saved in workflows, so it never changes. */
		value: string;
		name: string;
		/** What it does, in a few words: `Query coupon operation`. */
		action: string;
		/** For people, and for a language model that chooses by it. */
		description: string;
	}>;
	/** What it looks up: one, and many. */
	noun: readonly [one: string, many: string];
	parameters: ReadonlyArray<Parameter<Name>>;
	/** The ways to say which one is meant: by Alipay's numbers or by the merchant's own. */
	identifiedBy: Readonly<Record<Owner, Identification<Name>>>;
	/** The fields of the response in the order of the item. */
	fields: readonly Field[];
	/** Null for a method that has none. */
	status: Status | null;
	/** The business codes (40004), without an `ACQ.` prefix. */
	codes: Readonly<Record<string, BusinessCode>>;
	limits?: Limits;
}

/** Whose numbers they are. */
export type Owner = 'alipay' | 'merchant';

export const OWNERS = ['alipay', 'merchant'] as const satisfies readonly Owner[];

export interface Parameter<Name extends string = string> {
	/** Alipay's name, e.g. `auth_no`. */
	name: Name;
	/** How the form calls it, e.g. `Auth No`. */
	label: string;
	/** A sentence without its period. */
	description: string;
	example: string;
	/**
	 * Whose number it is, by which alipay/numbers/ reads it: Alipay's own are digits only, the merchant's
	 * are any text. A `word`, such as a product code, says nothing without its number.
	 */
	rule: Owner | 'word';
	/** In characters; 64 unless it says otherwise. */
	maxLength?: number;
	/** How many digits a number of Alipay's has; 16 to 32 unless it says otherwise. */
	digits?: Readonly<{ from: number; to: number }>;
}

export interface Identification<Name extends string = string> {
	/** When to choose it: a sentence without its period. */
	description: string;
	/** Alternatives, in Alipay's order of precedence; the parameters of each go together. */
	anyOf: ReadonlyArray<ReadonlyArray<NoInfer<Name>>>;
}

/** One field of a response, by Alipay's name. */
export interface Field {
	name: string;
	/** How the item has it; an `object` or an `array` may come as JSON text. */
	type: 'text' | 'amount' | 'time' | 'integer' | 'boolean' | 'object' | 'array';
	/** Whether it is one of those that matter most. */
	simplified?: true;
	/** Whether Alipay leaves it out at times. */
	optional?: true;
}

export interface Status {
	/** The field that has it. */
	field: string;
	/** By Alipay's value. Another value may be a new one of Alipay's. */
	values: Readonly<Record<string, StatusValue>>;
	/** Those that a person wants to be told of first. */
	alerts: readonly string[];
}

export interface StatusValue {
	name: string;
	/** What it means for the money: a sentence without its period. */
	description: string;
	/** `open`: under way; `settled`: an outcome that may still change; `final`: never changes. */
	stage: 'open' | 'settled' | 'final';
}

export interface BusinessCode extends Code {
	/** Alipay knows no such thing. */
	notFound?: true;
	/** It refuses the application rather than this one request. */
	ofApplication?: true;
}

export interface Limits {
	/** The largest response in bytes, uncompressed. */
	responseBytes: number;
}

/** No response of a query comes near 1 MiB; a larger one is not Alipay's. */
const LIMITS: Limits = { responseBytes: 1024 * 1024 };

/** Checks that the names in `anyOf` are those of parameters when it is compiled. */
export const defineMethod = <const Name extends string>(method: Method<Name>): Method => method;

/** A method by its name alone, one that is not in the registry. */
export const methodNamed = (name: string, effect: Method['effect']): Method => ({
	name,
	effect,
	resource: { value: name, name },
	operation: { value: 'call', name: 'Call', action: `Call ${name}`, description: `Calls ${name}` },
	noun: ['response', 'responses'],
	parameters: [],
	identifiedBy: {
		alipay: { description: '', anyOf: [] },
		merchant: { description: '', anyOf: [] },
	},
	fields: [],
	status: null,
	codes: { SYSTEM_ERROR: BUSY },
});

export const responseBytesOf = ({ limits = LIMITS }: Method): number => limits.responseBytes;

/** The alternatives of `by`, or with `auto` of both owners, in Alipay's order of precedence. */
export const alternativesOf = ({ identifiedBy }: Method, by: Owner | 'auto') =>
	(by === 'auto' ? OWNERS : [by]).flatMap((owner) => identifiedBy[owner].anyOf);

/** The parameters of these alternatives, each once. */
export function parametersOf(method: Method, by: Owner | 'auto'): Parameter[] {
	const names = new Set(alternativesOf(method, by).flat());
	return method.parameters.filter(({ name }) => names.has(name));
}

/** The parameters by which Alipay finds what `bizContent` asks for: the first alternative that is complete. */
export function decidingParameters(
	method: Method,
	bizContent: Readonly<Record<string, unknown>>,
): readonly string[] {
	const isComplete = (names: readonly string[]) => names.every((name) => bizContent[name]);
	return alternativesOf(method, 'auto').find(isComplete) ?? [];
}

/** How messages name a parameter: `Auth No (auth_no)`. */
export const titleOf = ({ name, label }: Parameter): string => `${label} (${name})`;

/** The same by its name. */
export function labelOf({ parameters }: Method, name: string): string {
	const parameter = parameters.find((one) => one.name === name);
	return parameter ? titleOf(parameter) : name;
}

/** The statuses that are under way. */
export const openStatuses = ({ status }: Method): string[] =>
	Object.entries(status?.values ?? {}).flatMap(([value, { stage }]) =>
		stage === 'open' ? [value] : [],
	);

/** How far a status is; undefined for one that Alipay has introduced since. */
export const stageOf = ({ status }: Method, value: string): StatusValue['stage'] | undefined =>
	status && Object.hasOwn(status.values, value) ? status.values[value]?.stage : undefined;

/** Alipay's refusal that it knows no such thing. */
export const notFound = (meaning: string, solution: string): BusinessCode => ({
	...configuration(`Not found: ${meaning}`, solution),
	notFound: true,
});

/** A refusal that concerns the application whatever is asked for. */
export const ofApplication = (code: Code): BusinessCode => ({ ...code, ofApplication: true });

/** SYSTEM_ERROR of every method. */
export const BUSY = outage('Alipay was busy', WAIT);
