/**
 * Reads a row with numbers: an object whose keys are Alipay's names, variants of them, or the operator's own
 * names. Nothing in it is evaluated.
 */
import { titleOf, type Method, type Parameter } from '../../alipay/methods/method';
import { trimmed } from '../../alipay/numbers/characters';
import { textOf } from '../../alipay/text/textOf';
import { parameterOf } from './form/names';
import type { RawNumbers } from './identify';

/** The operator's names of columns, by Alipay's names. */
export type ColumnNames = Readonly<Record<string, string>>;

export interface Row {
	/** Values as entered, by Alipay's names. A number without a column is absent. */
	entered: RawNumbers;
	/** Whether one of the keys names a number. */
	hasNames: boolean;
	/** Whether it has a merchant's app_auth_token. */
	hasToken: boolean;
	/** A number that appears twice, with different values. */
	twice: Twice | undefined;
}

interface Twice {
	/** How messages name the number. */
	title: string;
	columns: readonly string[];
}

/** A number or token to find in each row. */
interface Wanted {
	name: string;
	/** How messages name it. */
	title: string;
	fitOf: (key: string) => Fit | undefined;
	/** Its path if no key fits. */
	path: readonly string[];
}

/** How well a key fits. All keys with the best fit count. A copy gives no value, but may contradict. */
type Fit = 'exact' | 'alike' | 'copy';

interface Cell {
	key: string;
	value: unknown;
}

const TOKEN = 'app_auth_token';

/** Longer keys never fit. */
const LONGEST_KEY = 200;

export const readRow = (method: Method, row: object): Row => createRowReader(method)(row);

/** Most rows of a run have the same keys, so their fit is computed once. */
export function createRowReader(method: Method, names: ColumnNames = {}): (row: object) => Row {
	const numbers = method.parameters.map((one) => wantedOf(one, names[one.name]));
	const token: Wanted = { name: TOKEN, title: TOKEN, fitOf: fitOfSpellings([TOKEN]), path: [] };
	const known = new Map<string, ReadonlyArray<readonly [Wanted, Fit]>>();

	function fitsOf(key: string): ReadonlyArray<readonly [Wanted, Fit]> {
		const before = known.get(key);
		if (before) return before;
		const fits = [...numbers, token].flatMap((one) => {
			const fit = key.length > LONGEST_KEY ? undefined : one.fitOf(key);
			return fit ? [[one, fit] as const] : [];
		});
		known.set(key, fits);
		return fits;
	}

	return (row) => {
		const cells = new Map<Wanted, Map<Fit, Cell[]>>();
		for (const key of Object.keys(row)) {
			const value = (row as Record<string, unknown>)[key];
			for (const [wanted, fit] of fitsOf(key)) {
				const ofWanted = cells.get(wanted) ?? new Map<Fit, Cell[]>();
				ofWanted.set(fit, [...(ofWanted.get(fit) ?? []), { key, value }]);
				cells.set(wanted, ofWanted);
			}
		}
		const cellsOf = (wanted: Wanted) => {
			const fits = cells.get(wanted);
			return fits?.get('exact') ?? cellAt(row, wanted.path) ?? fits?.get('alike') ?? [];
		};
		const withCopies = (wanted: Wanted) => {
			const found = cellsOf(wanted);
			return found.length > 0 ? [...found, ...(cells.get(wanted)?.get('copy') ?? [])] : [];
		};
		const entered = numbers.flatMap((one) => {
			const found = cellsOf(one);
			const [first] = [...found.filter(isFilled), ...found];
			return first ? [[one.name, first.value] as const] : [];
		});
		return {
			entered: Object.fromEntries(entered),
			hasNames: entered.length > 0,
			hasToken: cellsOf(token).some(isFilled),
			twice: numbers
				.map((one) => twiceIn(one, withCopies(one)))
				.find((twice) => twice !== undefined),
		};
	};
}

function wantedOf(parameter: Parameter, given: string | undefined): Wanted {
	const { name, label } = parameter;
	const title = titleOf(parameter);
	if (given === undefined) {
		const fitOf = parameter.isOrdinary
			? fitOfExact([name, parameterOf(name), name.toUpperCase(), name.replaceAll('_', '-'), title])
			: fitOfSpellings([name, label, title]);
		return { name, title, fitOf, path: [] };
	}
	const column = trimmed(given);
	const path = pathOf(column);
	const [only, ...more] = path;
	// `$json.auth_no` is the column auth_no.
	const spellings = [column, ...(only === undefined || more.length > 0 ? [] : [only])];
	return { name, title, fitOf: fitOfName(spellings), path };
}

/** Fits Alipay's name in any spelling: `auth_no`, `authNo`, `Auth No` or `AUTH-NO`. */
function fitOfSpellings(spellings: readonly string[]): Wanted['fitOf'] {
	const letters = new Set(spellings.map(lettersOf));
	return (key) => {
		if (letters.has(lettersOf(key))) return 'exact';
		return letters.has(lettersOf(withoutCount(key))) ? 'copy' : undefined;
	};
}

/** For a name that shops use too: `Order ID` is not `order_id`. */
const fitOfExact = (spellings: readonly string[]): Wanted['fitOf'] => {
	const isOne = (key: string) => spellings.includes(trimmed(key));
	return (key) => {
		if (isOne(key)) return 'exact';
		return isOne(withoutCount(key)) ? 'copy' : undefined;
	};
};

/** For an entered name. A similar name is used if the exact one is missing. */
function fitOfName(spellings: readonly string[]): Wanted['fitOf'] {
	const letters = new Set(spellings.map(lettersOf).filter(Boolean));
	return (key) => {
		if (spellings.includes(key) || spellings.includes(trimmed(key))) return 'exact';
		return letters.has(lettersOf(key)) ? 'alike' : undefined;
	};
}

/** Letters and digits only, equal for all spellings of a name. */
export const lettersOf = (key: string): string =>
	key
		.normalize('NFKC')
		.replace(/[^\p{L}\p{N}]/gu, '')
		.toLowerCase();

/** Programs that read sheets, and n8n's Merge, call the second column of a name `auth_no_1`. */
const withoutCount = (key: string) => key.replace(/[^\p{L}\p{N}]+\d{1,2}[)）]?\s*$/u, '');

/** The start of an expression that names a column of the input. */
const ROOT = /^(?:\$json|\$item(?:\.json)?)(?=[.[])/;

const STEP = /(?:^|\.)([^.[\]]+)|\[(\d+)\]|\[(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\]/gy;

/** The keys that lead to a value, e.g. those of `body.auth_no`, `["订单 号"]` or `rows[0].no`; empty if it is not a path. */
function pathOf(column: string): string[] {
	const bare = column.replace(/^\{\{\s*|\s*\}\}$/g, '').replace(ROOT, '');
	const text = bare.startsWith('.') ? bare.slice(1) : bare;
	const path: string[] = [];
	let end = 0;
	for (const step of text.matchAll(STEP)) {
		const [all, name, index, double, single] = step;
		path.push(name ?? index ?? unescaped(double ?? single ?? ''));
		end += all.length;
	}
	return end === text.length ? path : [];
}

const unescaped = (text: string) => text.replace(/\\(.)/g, '$1');

function cellAt(row: object, path: readonly string[]): Cell[] | undefined {
	if (path.length === 0) return undefined;
	let value: unknown = row;
	for (const key of path) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
		value = (value as Record<string, unknown>)[key];
	}
	return [{ key: path.join('.'), value }];
}

function twiceIn({ title }: Wanted, cells: readonly Cell[]): Twice | undefined {
	const filled = cells.filter(isFilled);
	const values = new Set(filled.map(({ value }) => trimmed(textOf(value))));
	return values.size > 1 ? { title, columns: filled.map(({ key }) => key) } : undefined;
}

const isFilled = ({ value }: Cell) =>
	typeof value === 'string' ? trimmed(value) !== '' : value !== undefined && value !== null;
