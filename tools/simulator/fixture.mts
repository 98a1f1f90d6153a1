/**
 * What the simulator knows of one method of the gateway. Each file of fixtures/ exports one by default,
 * `export default { … } satisfies Fixture<Trade>`: the gateway finds it there, and no other file has to
 * name it.
 */

/** A record as Alipay sends it. Declare it as a `type`: an interface does not fit here. */
export type Fields = Record<string, unknown>;

type Name<R> = keyof R & string;

/** `R` is the record of the method. */
export interface Fixture<R extends Fields = Fields> {
	/** The name of the method, e.g. `alipay.trade.query`. */
	method: string;
	/**
	 * The ways to name a record, each a list of numbers. The first way that a request completes counts.
	 * `[[]]` is a method that needs no number, and returns its first record.
	 */
	identifiedBy: ReadonlyArray<ReadonlyArray<Name<R>>>;
	/** The numbers that may name a scenario (SIM-…). Default: any text of biz_content. */
	scenarioNumbers?: ReadonlyArray<Name<R>>;
	/**
	 * As they are when the simulator starts, before `derived`. Scenarios return the first, so give it
	 * every field.
	 */
	records: readonly R[];
	/** Records that change their status by themselves, counted from the start of the simulator. */
	settling?: ReadonlyArray<Settling<R>>;
	/** A million more records, made from their numbers. */
	generated?: Generated<R>;
	/** Absent when the records of the method have no status. */
	status?: Status<Name<R>>;
	/** The amounts of a record, in yuan. A forged response changes the first. */
	amounts?: ReadonlyArray<Name<R>>;
	codes: Codes;
	/** Alipay's words (sub_msg) for the business codes. A code without words repeats itself. */
	subMsgs: Readonly<Record<string, string>>;
	/** What Alipay sends beside a code of `codes.notFound`, e.g. amounts of zero. */
	notFoundFields?: Fields;
	/** What a record that was created at `time` (Beijing) differs in; undefined removes a field. */
	created?: (time: string) => Partial<R>;
	/** What comes with a new status that a record gets at `time` (Beijing), besides the status. */
	changed?: (status: string, time: string) => Partial<R>;
	/** The fields of `record` that depend on other records; `records` has all of them as they are now. */
	derived?: (record: R, records: readonly R[]) => Partial<R>;
	/** Records to show at the start, each with a few words. Default: one of each status. */
	samples?: ReadonlyArray<{ label: string; record: Partial<R> }>;
}

interface Settling<R> {
	/** One of `records`. */
	record: R;
	afterSeconds: number;
	status: string;
}

interface Generated<R> {
	/** What each number begins with. The number of the record follows, in 12 digits. */
	prefixes: Partial<Record<Name<R>, string>>;
	/** `number` is from 1 to a million. */
	record: (number: number) => R;
}

interface Status<Field extends string> {
	field: Field;
	/** The status of a record that was just created. */
	initial: string;
	/** What SIM-SUCCESS-AFTER-<seconds> ends with. */
	success: string;
	/** What SIM-CLOSED-AFTER-<seconds> ends with. */
	closed: string;
	/** What each open status may become. A status that is not named here is final. */
	next: Readonly<Record<string, readonly string[]>>;
}

/** The business codes (40004) that the method uses for what happens to every method. */
interface Codes {
	/** The numbers of the request are incomplete or too long. */
	invalid: string;
	/**
	 * No record has the first number, the first two numbers, and so on; the last code stands for the
	 * rest. null: Alipay reports a success (10000) that contains only the numbers.
	 */
	notFound: ReadonlyArray<string | null>;
	/** Alipay is busy for the moment. */
	busy: string;
	/** Default `ACCESS_FORBIDDEN`. */
	forbidden?: string;
}
