/**
 * A method of Alipay's gateway, as data. The form, the pairing of numbers, the output item and its preview,
 * the explanation of refusals, the trigger events and the tables of the docs derive from it. How to add a
 * method: docs/adding-an-api.md.
 */
import { configuration, outage, WAIT, type Code } from '../errors/code';

export interface Method<Name extends string = string> {
	/** Alipay's name, for example `alipay.trade.query`. */
	name: string;
	/** Its Chinese names, for the search. */
	aliases: string;
	/** A `write` may move money, so it is sent only once, even without a response. */
	effect: 'read' | 'write';
	/** Workflows store the value, so it never changes. */
	resource: Readonly<{
		value: string;
		name: string;
		/** What people call it: `A payment (trade)`. */
		description?: string;
	}>;
	operation: Readonly<{
		/** Workflows store it, so it never changes. */
		value: string;
		name: string;
		/** What it does, in a few words: `Query coupon operation`. */
		action: string;
		/** For people, and for language models that choose an operation. */
		description: string;
	}>;
	/** The product that contains it, as Alipay's console calls it. */
	product?: string;
	/** What it looks up, in singular and plural. */
	noun: readonly [one: string, many: string];
	parameters: ReadonlyArray<Parameter<Name>>;
	/** The ways to identify it: with Alipay's numbers or with the merchant's own numbers. */
	identifiedBy: Readonly<Record<Owner, Identification<Name>>>;
	/** Parameters that do not identify anything. Each is an option of the form. */
	options?: readonly OptionalParameter[];
	/** The fields of the response, in the order of the output item. */
	fields: readonly Field[];
	/** A success that contains only these fields means "not found". */
	noneIfOnly?: readonly string[];
	/** Null for a method without a status. */
	status: Status | null;
	/** The business codes (40004), without an `ACQ.` prefix. */
	codes: Readonly<Record<string, BusinessCode>>;
	/** A success may have no `code`, as with `alipay.system.oauth.token`. It then has no `sub_code` either. */
	mayLackCode?: true;
	/** The notifications that Alipay sends about it. */
	notifications?: Notifications;
	/** For a write: where to check whether it was carried out, and with which numbers. */
	proof?: string;
	limits?: Limits;
}

/** Whose numbers they are. */
export type Owner = 'alipay' | 'merchant';

export const OWNERS = ['alipay', 'merchant'] as const satisfies readonly Owner[];

export interface Parameter<Name extends string = string> {
	/** Alipay's name, for example `auth_no`. */
	name: Name;
	/** The label in the form, for example `Auth No`. */
	label: string;
	/** A sentence without its period. */
	description: string;
	example: string;
	/** Its column headings in Chinese sheets, without 的. */
	headings?: readonly string[];
	/**
	 * How alipay/numbers/ reads it: Alipay's own numbers are digits only, the merchant's numbers are any text.
	 * A `word`, such as a product code, has no meaning without its number.
	 */
	rule: Owner | 'word';
	/** Shops also use this name for their own data, so only a column with Alipay's exact spelling counts. */
	isOrdinary?: true;
	/** The documented values of a word. With any other value, "not found" proves nothing. */
	values?: readonly string[];
	/** In characters. The default is 64. */
	maxLength?: number;
	/** How many digits a number from Alipay has. The default is 16 to 32. */
	digits?: Readonly<{ from: number; to: number }>;
}

/** A text, or a list of `choices`. */
export interface OptionalParameter extends Pick<Parameter, 'name' | 'label' | 'description'> {
	example?: string;
	choices?: readonly string[];
}

export interface Identification<Name extends string = string> {
	/** When to choose it: a sentence without its period. */
	description: string;
	/** Alternatives, in Alipay's order of precedence. All parameters of an alternative are needed. */
	anyOf: ReadonlyArray<ReadonlyArray<NoInfer<Name>>>;
}

/** One field of a response, by Alipay's name. */
export interface Field {
	name: string;
	/** The type in the output item. Alipay may send an `object` or an `array` as JSON text. */
	type: 'text' | 'amount' | 'time' | 'integer' | 'boolean' | 'object' | 'array';
	/** Whether it is one of the most important fields. */
	simplified?: true;
	/** Whether Alipay sometimes leaves it out. */
	optional?: true;
}

export interface Status {
	/** The field with the status. */
	field: string;
	/** By Alipay's value. Alipay may add new values. */
	values: Readonly<Record<string, StatusValue>>;
	/** The most important statuses to report. Absent if the status says too little to be watched. */
	alerts?: readonly string[];
}

export interface StatusValue {
	name: string;
	/** What it means for the money: a sentence without its period. */
	description: string;
	/** `open`: in progress. `settled`: a result that may still change. `final`: never changes. */
	stage: 'open' | 'settled' | 'final';
}

export interface Notifications {
	/** notify_type of a form, or msg_method of a message to the application gateway. */
	kinds: readonly string[];
	/** A field that other notifications of the same kind do not have. */
	has: string;
	/** Fields that no response of the method has. */
	fields: readonly Field[];
}

export interface BusinessCode extends Code {
	/** It means "not found". */
	notFound?: true;
	/** It refuses the application, not only this request. */
	ofApplication?: true;
}

export interface Limits {
	/** The largest response in bytes, uncompressed. */
	responseBytes: number;
}

/** No response to a query comes near 1 MiB. A larger response is not from Alipay. */
const LIMITS: Limits = { responseBytes: 1024 * 1024 };

/** Lets the compiler check that each name in `anyOf` is a parameter. */
export const defineMethod = <const Name extends string>(method: Method<Name>): Method => method;

/** A method that is not in the registry, from its name alone. */
export const methodNamed = (name: string, effect: Method['effect']): Method => ({
	name,
	aliases: '',
	effect,
	resource: { value: name, name },
	operation: { value: 'call', name: 'Call', action: `Call ${name}`, description: `Calls ${name}` },
	noun: ['call', 'calls'],
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

/** The alternatives of an owner, or of both with `auto`, in Alipay's order of precedence. */
export const alternativesOf = ({ identifiedBy }: Method, by: Owner | 'auto') =>
	(by === 'auto' ? OWNERS : [by]).flatMap((owner) => identifiedBy[owner].anyOf);

/** The parameters of these alternatives, each once. */
export function parametersOf(method: Method, by: Owner | 'auto'): Parameter[] {
	const names = new Set(alternativesOf(method, by).flat());
	return method.parameters.filter(({ name }) => names.has(name));
}

/** The parameters that Alipay uses to find the record: the first complete alternative in `bizContent`. */
export function decidingParameters(
	method: Method,
	bizContent: Readonly<Record<string, unknown>>,
): readonly string[] {
	const isComplete = (names: readonly string[]) => names.every((name) => bizContent[name]);
	return alternativesOf(method, 'auto').find(isComplete) ?? [];
}

/** Whether a parameter has no meaning without its number. */
export const isWord = ({ parameters }: Method, name: string): boolean =>
	parameters.find((parameter) => parameter.name === name)?.rule === 'word';

/** How messages name a parameter: `Auth No (auth_no)`. */
export const titleOf = ({ name, label }: Parameter): string => `${label} (${name})`;

/** `titleOf` for a parameter name; the name itself if it is unknown. */
export function labelOf({ parameters }: Method, name: string): string {
	const parameter = parameters.find((one) => one.name === name);
	return parameter ? titleOf(parameter) : name;
}

/** The statuses that are in progress. */
export const openStatuses = ({ status }: Pick<Method, 'status'>): string[] =>
	Object.entries(status?.values ?? {}).flatMap(([value, { stage }]) =>
		stage === 'open' ? [value] : [],
	);

/** The stage of a status. Undefined for a status that this node does not know. */
export const stageOf = ({ status }: Method, value: string): StatusValue['stage'] | undefined =>
	status && Object.hasOwn(status.values, value) ? status.values[value]?.stage : undefined;

/** A refusal that means "not found". */
export const notFound = (meaning: string, solution: string): BusinessCode => ({
	...configuration(`Not found: ${meaning}`, solution),
	notFound: true,
});

/** A refusal that concerns the application, whatever the request. */
export const ofApplication = (code: Code): BusinessCode => ({ ...code, ofApplication: true });

/** SYSTEM_ERROR of every method. */
export const BUSY = outage('Alipay was busy', WAIT);
