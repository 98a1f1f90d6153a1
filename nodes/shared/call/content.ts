/** Checks the parameters of any method. Messages name a parameter and never quote its value. */
import { nameOf, UNSEEN } from '../../../alipay/text/characters';
import { snakeOf } from '../form/names';
import { Unreadable } from '../form/read';

const PLACE = 'Biz Content (biz_content)';

/** No method of Alipay nests this deep. */
const DEEPEST = 20;

/** Refuses values of an expression that JSON cannot express, or would change. */
export function refuseUnsendable(value: unknown, name = 'it', depth = 0): void {
	if (depth > DEEPEST) {
		throw new Unreadable(
			`${PLACE}: ${name} has too many brackets or contains itself`,
			'Its expression must return an object of texts and numbers.',
		);
	}
	const problem = problemOf(value);
	if (problem) throw new Unreadable(`${PLACE}: ${name} ${problem.says}`, problem.advice);
	if (typeof value !== 'object' || value === null) return;
	if ('toJSON' in value && typeof value.toJSON === 'function') return;
	for (const [inner, one] of Object.entries(value)) {
		refuseUnsendable(one, Array.isArray(value) ? name : shown(inner), depth + 1);
	}
}

interface Problem {
	says: string;
	advice: string;
}

const NO_VALUE: Problem = {
	says: 'has no value: its expression returns nothing',
	advice: 'Check that the input item has the fields that the expression uses, or remove this name.',
};

function problemOf(value: unknown): Problem | null {
	if (value === undefined || typeof value === 'function' || typeof value === 'symbol') {
		return NO_VALUE;
	}
	if (typeof value !== 'number') return null;
	if (!Number.isFinite(value)) {
		return { says: 'is not a number', advice: 'Fix its expression.' };
	}
	if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
		return {
			says: 'is a number that has lost its last digits',
			advice: 'Make it text where it comes from: put it in quotation marks there.',
		};
	}
	// 0.1 + 0.2 is 0.30000000000000004.
	if (String(value).replace(/\D/g, '').length > 15) {
		return {
			says: 'has more than 15 digits',
			advice:
				'If it comes from a calculation, round it, for example an amount with .toFixed(2). Otherwise, return it as text.',
		};
	}
	return null;
}

/** A name that is safe to show in a message. */
const shown = (name: string): string => (/^[\w-]{1,64}$/.test(name) ? name : 'a value');

/** All parameters of Alipay's 9,600 methods have such names. */
const NAME = /^[a-z][a-z\d_]*$/;
/** As programs write names: `outTradeNo`, `OUT_TRADE_NO`, `out-trade-no`. */
const OF_PROGRAM = /^[A-Za-z][\w-]*$/;
const NOT_IN_NAMES = /[^a-z\d_]/i;
/** Nested objects may have the merchant's own names. */
const INVISIBLE_OR_EDGE = new RegExp(`^\\s|\\s$|[${UNSEEN}]`, 'u');

/** Text that n8n and JavaScript leave for a missing value: a template, or a word such as undefined. */
const UNFILLED: ReadonlyArray<{ fits: (text: string) => boolean; says: string }> = [
	{ fits: isTemplate, says: 'contains an expression {{ }} instead of its value' },
	{
		fits: (text) => /^(?:undefined|NaN|null)$|\[object \w+\]/.test(text),
		says: 'has no value: its expression returns nothing or an object',
	},
];

/** Whether a text contains `{{ }}`. Not a regular expression: it would search to the end from each `{{`. */
export function isUnfilled(text: string): boolean {
	const start = text.indexOf('{{');
	return start >= 0 && text.includes('}}', start);
}

/** Whether the text is a template, or contains one with a `$`. Braces alone may be part of a text. */
function isTemplate(text: string): boolean {
	if (!isUnfilled(text)) return false;
	const trimmed = text.trim();
	if (trimmed.startsWith('{{') && trimmed.endsWith('}}')) return true;
	return (text.match(/\{\{[^{}]*\}\}/g) ?? []).some((template) => template.includes('$'));
}

/** Parameters of a request. No method has two of them among its own parameters. */
const OF_REQUEST = ['method', 'app_id', 'sign', 'sign_type', 'charset', 'timestamp', 'version'];

/** Refuses names that Alipay would ignore, and templates that were not filled in. */
export function refuseStrange(content: Readonly<Record<string, unknown>>): void {
	const names = Object.keys(content);
	const whole = names.find((name) => name === 'biz_content' || name === 'bizContent');
	if (whole || names.filter((name) => OF_REQUEST.includes(name)).length > 1) {
		throw new Unreadable(
			`${PLACE} contains a whole request`,
			'Enter the name of the API in Method, and only the content of biz_content here. The node fills in the values from the credential.',
		);
	}
	for (const name of names) refuseName(name);
	refuseInside(content);
}

function refuseName(name: string): void {
	if (NAME.test(name)) return;
	if (OF_PROGRAM.test(name) && NAME.test(snakeOf(name))) {
		throw new Unreadable(
			`${PLACE}: Alipay’s name for ${shown(name)} is ${shown(snakeOf(name))}`,
			USE_NAMES,
		);
	}
	const [strange = ''] = NOT_IN_NAMES.exec(name) ?? [];
	const what = strange === '' ? 'is not one of Alipay’s names' : `contains ${nameOf(strange)}`;
	throw new Unreadable(`${PLACE}: a name ${what}`, USE_NAMES);
}

const USE_NAMES =
	'Use Alipay’s names. They have only lowercase letters, digits and _. Alipay ignores any other name.';

function refuseInside(value: unknown, name = 'a value'): void {
	if (typeof value === 'string') {
		const found = UNFILLED.find(({ fits }) => fits(value));
		if (found) throw new Unreadable(`${PLACE}: ${name} ${found.says}`, CHECK_EXPRESSION);
	}
	if (typeof value !== 'object' || value === null) return;
	for (const [inner, one] of Object.entries(value)) {
		const [strange] = INVISIBLE_OR_EDGE.exec(inner) ?? [];
		if (strange !== undefined) {
			throw new Unreadable(
				`${PLACE}: a name contains ${nameOf(strange)}`,
				'Type the name again: Alipay ignores names that it does not know.',
			);
		}
		refuseInside(one, Array.isArray(value) ? name : shown(inner));
	}
}

const CHECK_EXPRESSION =
	'Switch the field to Expression, and check that the input item has the fields that it uses.';

/** Parameters that people put into biz_content, where Alipay ignores them. */
const MISPLACED: ReadonlyArray<{ name: string; unless: RegExp; where: string }> = [
	{
		name: 'app_auth_token',
		unless: /^alipay\.open\.auth\./,
		where: 'in the option App Auth Token',
	},
	{ name: 'notify_url', unless: /^zhima\./, where: 'under Further Public Parameters' },
];

/** Refuses a parameter that the method would ignore. */
export function refuseMisplaced(method: string, content: Readonly<Record<string, unknown>>): void {
	const found = MISPLACED.find(
		({ name, unless }) => Object.hasOwn(content, name) && !unless.test(method),
	);
	if (!found) return;
	throw new Unreadable(
		`${PLACE}: ${found.name} does not belong here`,
		`Enter it ${found.where}: Alipay ignores it in biz_content.`,
	);
}
