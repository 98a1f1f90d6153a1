/**
 * Alipay's "there is none" is worth as much as the number that it was asked for. A merchant's number may
 * be any text, so one that looks damaged is sent; if Alipay does not know it, the doubt is told first.
 */
import { businessCode } from '../errors/explain';
import type { Fault } from '../errors/fault';
import { decidingParameters, titleOf, type Method, type Parameter } from '../methods/method';
import { nameOf } from '../text/characters';
import { withoutMarks } from './characters';
import { shortened } from '../text/shortened';
import { isLargest, maybeFromDouble, maybeZeroFilled } from './digits';

interface Doubt {
	/** What looks damaged in a text. */
	look: (text: string, parameter: Parameter) => string | undefined;
	/** A sentence without its period. `label` names the parameter, `found` is what looks damaged. */
	says: (label: string, found: string) => string;
}

const ALL_DIGITS = /^\d+$/;

/** Digits with what groups them: `2026 0901`, `20,260,901`. */
const GROUPED = /^\d[\d\s,.'’·]*\d$/;

/** Of a whole number that was a decimal one on the way: `.0`. */
const DECIMALS = /(?<=^\d+)[.,]0+$/;

/** Digits and letters of double width, and digits of other scripts. */
const STRANGE_WIDTH = /[\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A]|(?!\d)\p{Nd}/u;

/** A head in front: `No. 2026`, `Order ID 2026`, `订单号：2026`. */
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
		says: (label, decimals) => `${label} ends with "${decimals}", so it was a decimal number`,
	},
	{
		look: (text) => (GROUPED.test(text) ? first(/\D/u)(text) : undefined),
		says: (label, separator) => `${label} contains ${nameOf(separator)} between its digits`,
	},
	{
		look: (text, { name, label }) => (startsWith(text, [name, label]) ? text : first(HEAD)(text)),
		says: (label) => `${label} contains text in front of the number`,
	},
	{
		look: (text, { rule }) =>
			rule === 'alipay' && !BEGINS_WITH_DATE.test(text) ? text : undefined,
		says: (label) => `${label} does not begin with a date (YYYYMMDD), as Alipay’s numbers do`,
	},
	{
		look: (text) => (isLargest(text) ? text : undefined),
		says: (label) => `${label} is the largest number that a program can store, or a dummy`,
	},
	{
		look: first(/…|\.{3}|[*•●]{3}/),
		says: (label, cut) => `${label} contains "${cut}", so digits may be cut off or hidden`,
	},
	{
		look: first(/\ufffd|\?{3}/),
		says: (label, lost) =>
			`${label} contains ${nameOf(lost.charAt(0))} in place of a lost character`,
	},
	{
		look: first(/(?<!\p{L})undefined(?!\p{L})|(?<=[-_/ ])(?:null|nan)$|\[object \p{L}+\]/iu),
		says: (label, word) =>
			`${label} contains "${word}", which a program writes for a missing value`,
	},
	{
		look: first(/<\/?[a-z]+[^<>]*>|^\[.*\]$|^\{.*\}$|^https?:\/\/|\\[nrtu]|%[0-9A-F]{2}/i),
		says: (label, part) =>
			`${label} contains "${shortened(part, 20)}", which is not of an order number`,
	},
	{
		look: first(ENTITY),
		says: (label, entity) => `${label} contains "${entity}", a character as web pages write it`,
	},
];

/** The first of the marks that protect a text in spreadsheets. */
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

/** The doubts about the numbers that Alipay goes by. */
function doubtsOf(method: Method, bizContent: Readonly<Record<string, unknown>>): string[] {
	const deciding = decidingParameters(method, bizContent);
	return method.parameters.flatMap((parameter) => {
		if (!deciding.includes(parameter.name)) return [];
		const text = bizContent[parameter.name];
		return (typeof text === 'string' && doubtOf(parameter, text)) || [];
	});
}

/** Whether Alipay's signature proves that it knows no such thing: without one it may be anybody's word. */
export const isMissing = ({ codes }: Method, { sub_code, signature_verified }: Fault): boolean =>
	signature_verified && codes[businessCode(sub_code, codes)]?.notFound === true;

/** Whether it is proven that there is no such thing: Alipay says so, of numbers that look right. */
export const isProvenMissing = (
	method: Method,
	bizContent: Readonly<Record<string, unknown>>,
	fault: Fault,
): boolean => isMissing(method, fault) && doubtsOf(method, bizContent).length === 0;

/** A refusal, with the doubts about its numbers first if Alipay does not know them. */
export function withDoubts(
	method: Method,
	bizContent: Readonly<Record<string, unknown>>,
	fault: Fault,
): Fault {
	const doubts = isMissing(method, fault) ? doubtsOf(method, bizContent) : [];
	if (doubts.length === 0) return fault;
	const [one] = method.noun;
	const advice = `The ${one} may exist: enter the number as it is at its source and run the item again`;
	return { ...fault, solution: `${[...doubts, advice].join('. ')}. ${fault.solution}` };
}
