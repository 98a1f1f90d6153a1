import { failure, localFault } from './errors/fault';
import type { Answer, AnswerFields } from './message/response';
import { METHODS } from './methods';
import { decidingParameters, labelOf, type Method } from './methods/method';
import { textOf } from './text/textOf';

type BizContent = Readonly<Record<string, unknown>>;

/**
 * A signature proves that Alipay wrote the response, not that it belongs to this request: someone could
 * replay a genuine response about something else. So the response must contain the numbers of the request.
 */
export function objection(method: Method, bizContent: BizContent, response: Answer) {
	const { fields, trace_id } = response;
	const isNotFound = meansNotFound(method, response);
	const deciding = decidingParameters(method, bizContent).filter((name) =>
		method.fields.some((field) => field.name === name),
	);
	const isAbsent = (name: string) => !isNotFound && (fields.get(name) ?? null) === null;
	const differing = deciding.find(isAbsent) ?? differingNumber(bizContent, fields, deciding);
	if (differing !== undefined) return mismatch(method, differing, trace_id);
	return isNotFound ? notFound(method, response) : null;
}

/** The same for a refusal, which may leave out the numbers, but must not contain other numbers. */
export function objectionToRefusal(
	method: Method,
	bizContent: BizContent,
	fields: AnswerFields,
	trace_id: string | null,
) {
	const differing = differingNumber(bizContent, fields, decidingParameters(method, bizContent));
	return differing === undefined ? null : mismatch(method, differing, trace_id);
}

/**
 * A number that has another value in the response. For a method outside the registry, it is unknown which
 * number Alipay uses, so no number may differ.
 */
function differingNumber(
	bizContent: BizContent,
	fields: Pick<AnswerFields, 'get'>,
	deciding: readonly string[],
): string | undefined {
	const names = deciding.length > 0 ? deciding : NUMBERS;
	return names.find((name) => {
		const sent = textOf(bizContent[name]);
		const found = fields.get(name) ?? null;
		return sent !== '' && found !== null && found !== sent;
	});
}

/**
 * A number of the request that has another value in the response. If several alternatives are complete, Alipay
 * uses the first, so the numbers of the others may belong to something else.
 */
export const contradiction = (
	method: Method,
	bizContent: BizContent,
	found: Pick<AnswerFields, 'get'>,
): string | undefined => differingNumber(bizContent, found, namesIn(method));

const namesIn = ({ parameters }: Method) =>
	parameters.filter(({ rule }) => rule !== 'word').map(({ name }) => name);

/** Alipay's names for the numbers of payments, refunds, transfers and the like. */
const NUMBERS: readonly string[] = [...new Set(METHODS.flatMap(namesIn))];

const mismatch = (method: Method, name: string, trace_id: string | null) =>
	localFault(
		'answer-for-another-operation',
		`The response is signed by Alipay, but its ${labelOf(method, name)} differs from the request`,
		'Do not use this response. Check that nothing between this machine and Alipay stores responses (proxy, cache, custom gateway).',
		trace_id,
	);

/**
 * The fault of a success without a status, or null. The name of the response node is not signed, so it could
 * be a genuine response of another method.
 */
export function withoutStatus(
	{ noun: [one], status, fields }: Method,
	found: Pick<AnswerFields, 'get'>,
	trace_id: string | null,
) {
	const field = fields.find(({ name }) => name === status?.field);
	if (!field || field.optional || found.get(field.name)) return null;
	return localFault(
		'answer-without-status',
		`The response is signed by Alipay, but its status (${field.name}) is missing`,
		`Look up the ${one} in the Alipay console, and send the trace ID to Alipay support.`,
		trace_id,
	);
}

/** Whether a success means "not found": Alipay reports no error for a refund that does not exist. */
function meansNotFound({ noneIfOnly }: Method, { fields }: Answer): boolean {
	const others = [...fields].filter(
		([name, text]) => text !== null && !['code', 'msg', ...(noneIfOnly ?? [])].includes(name),
	);
	return noneIfOnly !== undefined && others.length === 0;
}

function notFound({ noun: [one] }: Method, { msg, trace_id }: Answer) {
	const { fault } = localFault(
		'answer-without-record',
		`Not found: Alipay has no record of this ${one} (the response reports success but contains no ${one})`,
		`Check the numbers. A new ${one} can take a few seconds to appear.`,
		trace_id,
	);
	return failure({ ...fault, msg, signature_verified: true });
}
