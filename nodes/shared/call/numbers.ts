/** Reads numbers of payments, refunds and so on in Biz Content as the form reads them. */
import { METHODS } from '../../../alipay/methods';
import type { Method, Parameter } from '../../../alipay/methods/method';
import { readNumber } from '../../../alipay/numbers/read';
import { Unreadable } from '../form/read';

/** Another method may have other digits under the same name, and longer ones. */
const asAnyText = (parameter: Parameter): Parameter => ({
	...parameter,
	rule: 'merchant',
	maxLength: 512,
});

/** By Alipay's names. */
const NUMBERS: ReadonlyMap<string, { method: Method; parameter: Parameter }> = new Map(
	METHODS.flatMap((method) =>
		method.parameters
			.filter(({ rule }) => rule !== 'word')
			.map((parameter) => [parameter.name, { method, parameter: asAnyText(parameter) }]),
	),
);

/** The numbers that had blanks around them, without the blanks. Refuses a value that is not a number. */
export function tidyNumbers(content: Readonly<Record<string, unknown>>): Record<string, string> {
	const tidy: Record<string, string> = {};
	for (const [name, value] of Object.entries(content)) {
		const known = NUMBERS.get(name);
		if (!known || (typeof value !== 'string' && typeof value !== 'number')) continue;
		const read = readNumber(known.method, known.parameter, value);
		if (!read.ok) throw new Unreadable(inContent(read.fault.message), read.fault.solution);
		const { text, placeholder } = read.value;
		if (placeholder !== null) {
			throw new Unreadable(
				inContent(`${name} is "${placeholder}", which is not a number`),
				'Check where the number comes from, or remove this name.',
			);
		}
		if (typeof value === 'string' && text !== value && text !== '') tidy[name] = text;
	}
	return tidy;
}

const inContent = (message: string) => `Biz Content: ${message}`;
