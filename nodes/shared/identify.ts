import { localFault, success, type Outcome } from '../../alipay/errors/fault';
import {
	alternativesOf,
	labelOf,
	parametersOf,
	type Method,
	type Owner,
} from '../../alipay/methods/method';
import { readNumber } from './numbers';

/** Which of the ways to identify it an item takes: one of them, or whichever it completes. */
export type IdentifyBy = Owner | 'auto';

/** What the parameters of a method deliver, by Alipay's names: fixed text, or whatever an expression yields. */
export type RawNumbers = Readonly<Record<string, unknown>>;

/** What goes into biz_content. */
export type Numbers = Readonly<Record<string, string>>;

const refuse = (message: string, solution: string) =>
	localFault('invalid-identifiers', message, solution);

/**
 * Alipay's pairing rule, from the data of the method: the parameters of an alternative go together, and
 * one alternative must be complete. Numbers outside the choice are not looked at. Of several that are
 * complete all are returned; Alipay then goes by the first.
 */
export function identify(method: Method, by: IdentifyBy, raw: RawNumbers): Outcome<Numbers> {
	const alternatives = alternativesOf(method, by);
	const label = (name: string) => labelOf(method, name);
	const found: Record<string, string> = {};
	for (const { name, maxLength } of parametersOf(method, by)) {
		const number = readNumber(label(name), raw[name], maxLength);
		if (!number.ok) return number;
		if (number.value !== '') found[name] = number.value;
	}

	const has = (name: string) => Object.hasOwn(found, name);
	const complete = new Set(alternatives.filter((names) => names.every(has)).flat());
	const half = alternatives.find((names) => names.some((name) => isLonely(name)));
	function isLonely(name: string): boolean {
		const rule = method.parameters.find((parameter) => parameter.name === name)?.rule;
		return has(name) && !complete.has(name) && rule !== 'word';
	}
	const given = half?.find(isLonely);
	const missing = half?.find((name) => !has(name));
	if (given !== undefined && missing !== undefined) {
		return refuse(
			`${label(given)} is filled in, ${label(missing)} is not`,
			`Fill in ${label(missing)}, too: the two go together, and no other number can stand in for one of them.`,
		);
	}
	if (complete.size === 0) {
		const choices = alternatives.map((names) => names.map(label).join(' and '));
		return refuse('There is no number to look up', `Fill in ${choices.join(', or ')}.`);
	}
	// A word whose number is missing, e.g. one that the form fills in for every item, says nothing.
	const sent = Object.entries(found).filter(([name]) => complete.has(name));
	return success(Object.fromEntries(sent));
}
