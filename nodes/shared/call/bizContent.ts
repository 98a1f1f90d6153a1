/**
 * Biz Content of Any API: the parameters of a method, as JSON text or as the value of an expression. The text
 * is sent as written, so that numbers keep their digits. Alipay ignores unknown names and parameters without
 * a value, so this refuses them by name.
 */
import { parseExactly, exactText } from '../../../alipay/text/exactJson';
import { isBlank, Unreadable } from '../form/read';
import { parseObject } from '../jsonText';
import { isUnfilled, refuseUnsendable, refuseStrange } from './content';
import { tidyNumbers } from './numbers';

export type Json = Readonly<Record<string, unknown>>;

export interface BizContent {
	/** The parsed text, to check the response and to find secrets. */
	bizContent: Json;
	/** '' to send no `biz_content`. */
	bizText: string;
}

const LABEL = 'Biz Content (biz_content)';

const WRITE_JSON =
	'Begin it with { and end it with }. Put names and texts in straight quotation marks, for example { "out_trade_no": "1" }.';

/** A value with a quotation mark could end the JSON text around it, and add parameters. */
const RETURN_OBJECT =
	'A text from the input item may contain quotation marks or line breaks. Return an object instead: {{ { out_trade_no: $json.no } }}.';

const NO_CONTENT: BizContent = { bizContent: {}, bizText: '' };

export function readBizContent(given: unknown, isExpression: boolean): BizContent {
	if (isBlank(given) && !isExpression) return NO_CONTENT;
	if (isBlank(given)) {
		throw new Unreadable(
			`The expression of ${LABEL} returns nothing`,
			'Check that the input item has the fields that the expression uses. For a method without parameters, it must return {}.',
		);
	}
	const text = typeof given === 'string' ? textIn(given, isExpression) : textOfValue(given);
	const bizContent = parseExactly(text) as Json;
	refuseStrange(bizContent);
	const tidy = tidyNumbers(bizContent);
	if (Object.keys(tidy).length === 0) return { bizContent, bizText: text };
	const read = parseObject(text);
	const bizText = exactText({ ...(read.ok ? read.value : bizContent), ...tidy }) ?? text;
	return { bizContent: { ...bizContent, ...tidy }, bizText };
}

function textOfValue(value: unknown): string {
	const kind = kindOf(value);
	if (kind !== 'an object') throw notObject(kind);
	refuseUnsendable(value);
	return exactText(value) ?? '{}';
}

function kindOf(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const notObject = (kind: string) =>
	new Unreadable(`${LABEL} is ${kind}, not an object`, WRITE_JSON);

const FORM = /^[\w.]+=/;

/** The JSON text in what was pasted. */
function textIn(pasted: string, isExpression: boolean): string {
	const text = unescaped(pasted.trim());
	const read = parseObject(text);
	if (read.ok) return isStrict(text) ? text : (exactText(read.value) ?? '{}');
	if (isUnfilled(text)) {
		throw new Unreadable(
			`${LABEL} contains an expression {{ }} instead of its value`,
			'Switch the field to Expression. Keep the quotation marks around each {{ }} in the JSON.',
		);
	}
	if (text.startsWith('[')) throw notObject('a list');
	if (FORM.test(text)) {
		throw new Unreadable(`${LABEL} is form text (name=value), not JSON`, WRITE_JSON);
	}
	throw new Unreadable(
		`${LABEL} is not a JSON object: ${read.problem}`,
		isExpression ? `${WRITE_JSON} ${RETURN_OBJECT}` : WRITE_JSON,
	);
}

/** Text from a log or source code: `"{\"out_trade_no\":\"1\"}"`, with or without the outer quotation marks. */
function unescaped(text: string): string {
	const quoted = /^\{\s*\\"/.test(text) ? `"${text}"` : text;
	if (!/^"\s*\{/.test(quoted)) return text;
	try {
		return JSON.parse(quoted) as string;
	} catch {
		return text;
	}
}

function isStrict(text: string): boolean {
	try {
		return JSON.parse(text) !== undefined;
	} catch {
		return false;
	}
}
