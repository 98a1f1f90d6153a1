/**
 * "Not found" proves something only if the number of the request is right. A merchant's number can be any
 * text, so a number that looks damaged is sent. If Alipay does not find it, the solution starts with the doubt.
 */
import { BUSINESS_FAILED, businessCode } from '../errors/explain';
import type { Fault, LocalFaultName } from '../errors/fault';
import { decidingParameters, titleOf, type Method, type Parameter } from '../methods/method';
import { nameOf } from '../text/characters';
import { withoutMarks } from './characters';
import { shortened } from '../text/shortened';
import { isLargest, maybeFromDouble, maybeZeroFilled } from './digits';

interface Doubt {
	/** What looks damaged in a text. */
	look: (text: string, parameter: Parameter) => string | undefined;
	/** A sentence without its period. `found` is what looks damaged. */
	says: (label: string, found: string) => string;
}

const ALL_DIGITS = /^\d+$/;

/** Digits with separators between groups: `2026 0901`, `20,260,901`. */
const GROUPED = /^\d[\d\s,.'’·]*\d$/;

/** The end of a whole number that was stored as a decimal number: `.0`. */
const DECIMALS = /(?<=^\d+)[.,]0+$/;

/** Full-width digits and letters, and digits of other scripts. */
const STRANGE_WIDTH = /[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A]|(?!\d)\p{Nd}/u;

/** A heading before the number: `No. 2026`, `Order ID 2026`, `订单号：2026`. */
const HEAD = new RegExp(
	[
		'^(?:(?:no|nr|num|number|id|ref)(?:\\s|\\s*[.:：#=])',
		'(?:order|trade|request|operation)\\s+(?:no|nr|number|id)(?:\\s|\\s*[.:：#=])',
		'(?=[^:：=]*(?:\\p{Script=Han}|(?<!\\p{L})(?:no|nr|number|id|ref|order|trade|request)(?!\\p{L})))\\p{L}[\\p{L}\\s_()（）.]*[:：=]',
		'\\p{Script=Han}*[号號码碼](?:\\s*[.:：#=]|\\s*(?=\\d))',
		'№',
		'#\\s)\\s*[\\p{L}\\p{N}]',
	].join('|'),
	'iu',
);

const ENTITY = /&(?:#x?[\da-f]+|[a-z]+);/i;

/** Alipay's numbers begin with the day: `20140216…`. */
const BEGINS_WITH_DATE = /^20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/;

const first = (pattern: RegExp) => (text: string) => pattern.exec(text)?.[0];

const DOUBTS: readonly Doubt[] = [
	{
		look: (text) => (ALL_DIGITS.test(text) && maybeZeroFilled(text) ? text : undefined),
		says: (label) =>
			`The last digits of ${label} look rounded: a spreadsheet keeps 15 digits and writes zeros for the rest`,
	},
	{
		look: (text) => (ALL_DIGITS.test(text) && maybeFromDouble(text) ? text : undefined),
		says: (label) =>
			`The last digits of ${label} look rounded: it may have been converted to a number and back to text`,
	},
	{
		look: markAround,
		says: (label, mark) =>
			`${label} has ${nameOf(mark)} around it, which may come from a spreadsheet`,
	},
	{
		look: first(STRANGE_WIDTH),
		says: (label, char) => `${label} contains ${nameOf(char)}, which is not an ordinary character`,
	},
	{
		look: first(/[^\S ]/u),
		says: (label, space) => `${label} contains ${nameOf(space)}, which is not an ordinary space`,
	},
	{
		look: first(/[\u034f\u17b4\u17b5\p{Variation_Selector}]/u),
		says: (label, char) => `${label} contains ${nameOf(char)}, which is invisible`,
	},
	{
		look: first(DECIMALS),
		says: (label, decimals) =>
			`${label} ends with "${decimals}", so it was stored as a decimal number`,
	},
	{
		look: (text) => (GROUPED.test(text) ? first(/\D/u)(text) : undefined),
		says: (label, separator) => `${label} contains ${nameOf(separator)} between its digits`,
	},
	{
		look: (text, { name, label }) => (startsWith(text, [name, label]) ? text : first(HEAD)(text)),
		says: (label) => `${label} contains text before the number`,
	},
	{
		look: (text, { rule }) =>
			rule === 'alipay' && !BEGINS_WITH_DATE.test(text) ? text : undefined,
		says: (label) => `${label} does not begin with a date (YYYYMMDD); Alipay’s numbers do`,
	},
	{
		look: (text, { values }) => (values?.includes(text) === false ? text : undefined),
		says: (label) => `${label} is not one of the values that Alipay documents`,
	},
	{
		look: (text) => (isLargest(text) ? text : undefined),
		says: (label) => `${label} is a dummy number or the largest number that a program can store`,
	},
	{
		look: first(/…|\.{3}|[*•●]{3}/),
		says: (label, cut) => `${label} contains "${cut}", so digits may be cut off or hidden`,
	},
	{
		look: first(/\ufffd|\?{3}/),
		says: (label, lost) =>
			`${label} contains ${nameOf(lost.charAt(0))} instead of a lost character`,
	},
	{
		look: first(/(?<!\p{L})undefined(?!\p{L})|(?<=[-_/ ])(?:null|nan)$|\[object \p{L}+\]/iu),
		says: (label, word) =>
			`${label} contains "${word}", which a program writes for a missing value`,
	},
	{
		look: first(/<\/?[a-z]+[^<>]*>|^\[.*\]$|^\{.*\}$|^https?:\/\/|\\[nrtu]|%[0-9A-F]{2}/i),
		says: (label, part) =>
			`${label} contains "${shortened(part, 20)}", which does not belong in an order number`,
	},
	{
		look: first(ENTITY),
		says: (label, entity) => `${label} contains "${entity}", which is an HTML code for a character`,
	},
];

/** The first sign that a spreadsheet put around the text to protect it. */
function markAround(text: string): string | undefined {
	const bare = withoutMarks(text);
	if (bare === text) return undefined;
	return text.startsWith(bare) ? [...text].at(-1) : [...text][0];
}

const startsWith = (text: string, heads: readonly string[]) =>
	heads.some((head) => text.toLowerCase().startsWith(head.toLowerCase()));

/** What looks damaged in a number that was sent: a sentence without its period, or null. */
export function doubtOf(parameter: Parameter, text: string): string | null {
	for (const { look, says } of DOUBTS) {
		const found = look(text, parameter);
		if (found !== undefined) return says(titleOf(parameter), found);
	}
	return null;
}

/** The doubts about the numbers that identify the record at Alipay. */
function doubtsOf(method: Method, bizContent: Readonly<Record<string, unknown>>): string[] {
	const deciding = decidingParameters(method, bizContent);
	const ignored = method.parameters.filter(
		({ name, rule }) => rule !== 'word' && bizContent[name] && !deciding.includes(name),
	);
	const contradiction =
		ignored.length > 0
			? [
					`Alipay did not use ${ignored.map(titleOf).join(' and ')}, which may belong to another ${method.noun[0]}`,
				]
			: [];
	const damages = method.parameters.flatMap((parameter) => {
		if (!deciding.includes(parameter.name)) return [];
		const text = bizContent[parameter.name];
		return (typeof text === 'string' && doubtOf(parameter, text)) || [];
	});
	return [...damages, ...contradiction];
}

/** Whether Alipay's signature proves "not found". Anyone could send an unsigned response. */
export const isMissing = (
	{ codes }: Method,
	{ code, sub_code, signature_verified }: Fault,
): boolean =>
	signature_verified &&
	(code === NO_RECORD ||
		(code === BUSINESS_FAILED && codes[businessCode(sub_code, codes)]?.notFound === true));

const NO_RECORD: LocalFaultName = 'answer-without-record';

/** Whether "not found" is proven: Alipay signed it, and the numbers look right. */
export const isProvenMissing = (
	method: Method,
	bizContent: Readonly<Record<string, unknown>>,
	fault: Fault,
): boolean => isMissing(method, fault) && doubtsOf(method, bizContent).length === 0;

/** A "not found" fault with the doubts about its numbers first; any other fault unchanged. */
export function withDoubts(
	method: Method,
	bizContent: Readonly<Record<string, unknown>>,
	fault: Fault,
): Fault {
	const doubts = isMissing(method, fault) ? doubtsOf(method, bizContent) : [];
	if (doubts.length === 0) return fault;
	const [one] = method.noun;
	const advice = `The ${one} may exist. Enter the number exactly as in its source and run the item again`;
	return { ...fault, solution: `${[...doubts, advice].join('. ')}. ${fault.solution}` };
}
