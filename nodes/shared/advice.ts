/** Advice beyond the message of a fault: which numbers, and how to continue. */
import type { App } from '../../alipay/application/app';
import { endingSoon, type EndingCertificate } from '../../alipay/application/appCertificates';
import { counted, FIELDS } from '../../alipay/application/damages';
import { contradiction } from '../../alipay/echo';
import { CANCELED, type Fault } from '../../alipay/errors/fault';
import { decidingParameters, labelOf, type Method } from '../../alipay/methods/method';
import { textOf } from '../../alipay/text/textOf';
import type { FoundAnswer, Question } from './questions';

/** The numbers of the lookup; '' for a method whose numbers are not known. */
export function lookedUpBy({
	method,
	bizContent,
}: Pick<Question, 'method' | 'bizContent'>): string {
	const numbers = decidingParameters(method, bizContent).map(
		(name) => `${labelOf(method, name)} ${textOf(bizContent[name])}`,
	);
	return numbers.length > 0 ? `The lookup used ${numbers.join(' and ')}.` : '';
}

/** How to get the other items after a failed one has stopped the run; '' if they would fail too, or pass later. */
export const howToGoOn = (fault: Fault, itemCount: number): string =>
	itemCount > 1 && !fault.retryable && fault !== CANCELED.fault
		? 'To continue with the other items, set Settings > On Error to Continue (using error output).'
		: '';

/** The label of a number that does not belong to what Alipay found; undefined if all belong to it. */
export function strangerOf(
	{ method, bizContent }: Question,
	found: FoundAnswer,
): string | undefined {
	const name = contradiction(method, bizContent, found.fields);
	return name === undefined ? undefined : labelOf(method, name);
}

const RENEWAL = {
	appPublicCert:
		'Renew it in the Alipay console, then paste the new one into the credential. After that day, every request fails',
	alipayPublicCert:
		'Download the new one from the Alipay console, and paste it into the credential',
} satisfies Record<EndingCertificate['field'], string>;

/** Notes about certificates that expire soon. */
export function expiryNotes({ certificates }: App, epochMs: number): string[] {
	const ending = certificates ? endingSoon(certificates, epochMs) : [];
	return ending.map(({ field, lastDay, days }) => {
		const left = days === 0 ? 'in less than a day' : `in ${counted(days, 'day')}`;
		return `The ${FIELDS[field].label} of the credential expires on ${lastDay} (${left}). ${RENEWAL[field]}.`;
	});
}

/** Further items are only counted. */
const MOST_NAMED = 5;

/** A note about items whose numbers belong to different records, by index; '' if there are none. */
export function contradictionNote(
	[, many]: Method['noun'],
	strangers: ReadonlyArray<{ index: number; label: string }>,
): string {
	if (strangers.length === 0) return '';
	const named = strangers.slice(0, MOST_NAMED).map(({ index, label }) => `item ${index}: ${label}`);
	const others = strangers.length - named.length;
	const list = [...named, ...(others > 0 ? [`${others} more`] : [])].join('; ');
	return `Items with numbers of different ${many}: ${strangers.length} (${list}). Alipay used the first complete numbers. The output shows what Alipay found with them.`;
}
