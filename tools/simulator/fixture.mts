/**
 * The data of one method of the simulated gateway. Each file in fixtures/ has a default export,
 * `export default { … } satisfies Fixture<Trade>`. The gateway finds it there, so you do not need to
 * register it in another file.
 */

/** A record as Alipay sends it. Declare it as a `type`: an interface does not work here. */
export type Fields = Record<string, unknown>;

/** A notification of Alipay about a record. */
export interface Notice {
	/** The notify_type of a form or the msg_method of a message. */
	kind: string;
	/** Whether it is a message to the application gateway, with its fields in biz_content. */
	isMessage?: boolean;
	fields: Fields;
}

type Name<R> = keyof R & string;

/** `R` is the record of the method. */
export interface Fixture<R extends Fields = Fields> {
	/** The name of the method, for example `alipay.trade.query`. */
	method: string;
	/** A line for people: what a request needs besides the numbers. */
	note?: string;
	/**
	 * The method uses public parameters. A success does not contain code and msg, and an error comes as
	 * error_response: `alipay.system.oauth.token`.
	 */
	withoutBizContent?: true;
	/**
	 * The combinations of numbers that identify a record. The first combination that is complete in a request
	 * counts. `[[]]` is a method that does not need a number and returns its first record.
	 */
	identifiedBy: ReadonlyArray<ReadonlyArray<Name<R>>>;
	/** The numbers that can contain the name of a scenario (SIM-…). Default: any text of biz_content. */
	scenarioNumbers?: ReadonlyArray<Name<R>>;
	/** Fields that identify a record but that Alipay does not send, for example `product_code`. */
	unsent?: ReadonlyArray<Name<R>>;
	/**
	 * The records at the start of the simulator, before `derived`. Scenarios return the first record, so give
	 * it every field.
	 */
	records: readonly R[];
	/** Records that change their status by themselves some time after the start of the simulator. */
	settling?: ReadonlyArray<Settling<R>>;
	/** Only for a method that is not a query: returns the fields of the response, or a business code. */
	write?: (writing: Writing<R>) => Fields | string;
	/** A million more records, generated from their numbers. */
	generated?: Generated<R>;
	/** Missing if the records of the method do not have a status. */
	status?: Status<Name<R>>;
	/** The amounts of a record, in yuan. A forged response changes the first. */
	amounts?: ReadonlyArray<Name<R>>;
	codes: Codes;
	/** Alipay's texts (sub_msg) for the business codes. Without a text, sub_msg is the code. */
	subMsgs: Readonly<Record<string, string>>;
	/** Other fields with a code of `codes.notFound`, besides the numbers of the request. For example, zero amounts. */
	notFoundFields?: Fields;
	/** Fields that are different in a record created at `time` (Beijing). undefined removes a field. */
	created?: (time: string) => Partial<R>;
	/** Fields that change when `record` gets a new status at `time` (Beijing), besides the status. */
	changed?: (status: string, time: string, record: R) => Partial<R>;
	/** The fields of `record` that depend on other records. `records` has the current state of all records. */
	derived?: (record: R, records: readonly R[]) => Partial<R>;
	/** The notification that Alipay sends about the current state of `record`. Missing: no notification. */
	notifies?: (record: R) => Notice;
	/** Records to show at the start, each with a label. Default: one of each status. */
	samples?: ReadonlyArray<{ label: string; record: Partial<R> }>;
}

/** The fields of a record that have these names. */
export const pick = <R extends Fields>(record: R, ...names: Array<Name<R>>): Fields =>
	Object.fromEntries(names.map((name) => [name, record[name]]));

/** The input of `write`. */
export interface Writing<R extends Fields = Fields> {
	/** The record. A write does not change it. */
	record: R;
	/** The parameters. */
	request: Fields;
	/** Beijing time. */
	time: string;
	/** The earlier writes to this record. */
	before: ReadonlyArray<{ request: Fields; response: Fields }>;
}

interface Settling<R> {
	/** One of `records`. */
	record: R;
	afterSeconds: number;
	status: string;
}

interface Generated<R> {
	/** The prefix of each number. The number of the record follows, with 12 digits. */
	prefixes: Partial<Record<Name<R>, string>>;
	/** `number` is from 1 to a million. */
	record: (number: number) => R;
}

interface Status<Field extends string> {
	field: Field;
	/** The status of a new record. Missing if a new record does not have a status. */
	initial?: string;
	/** The last status of SIM-SUCCESS-AFTER-<seconds>. */
	success: string;
	/** The last status of SIM-CLOSED-AFTER-<seconds>. null: the status stays `initial`. */
	closed: string | null;
	/** The last status of SIM-REFUND-AFTER-<seconds>, which starts with `success`. Missing: no such scenario. */
	refunded?: string;
	/** The next statuses of each open status ('' means no status). A status that is not a key here is final. */
	next: Readonly<Record<string, readonly string[]>>;
}

/** The codes of the method for common errors: its business codes (40004), or codes of the gateway. */
interface Codes {
	/** The numbers of the request are incomplete or too long. */
	invalid: string;
	/**
	 * The codes if no record has the first number, the first two numbers, and so on. The last code is for all
	 * further numbers. null: Alipay reports an empty success (10000).
	 */
	notFound: ReadonlyArray<string | null>;
	/** Alipay is busy. */
	busy: string;
	/** Default `ACCESS_FORBIDDEN`. */
	forbidden?: string;
}
