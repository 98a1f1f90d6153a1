/** Defines scenarios, and the responses that they use. */
import type { KeyObject } from 'node:crypto';
import { beijingText } from './beijing.mts';
import type { Signer, StrangeCertificate } from './certificates.mts';
import { businessError, gatewayCodeOf, gatewayError } from './errors.mts';
import type { Fields, Fixture } from './fixture.mts';
import { envelope, nodeText, sealed, signature, signedResponse, signMembers } from './response.mts';
import type { Delivery, HttpResponse, ResponseContext } from './response.mts';
import { afterChanges } from './store.mts';
import type { Change, Numbers } from './store.mts';

export interface ScenarioContext extends ResponseContext {
	/** The fixture of the requested method. */
	fixture: Fixture;
	/** The requested numbers. */
	given: Numbers;
	/** A successful response that contains the requested numbers. */
	success: Fields;
	/** A successful response about another record. */
	other: Fields;
	/** The string that the request's signature was verified against. */
	canonical: string;
	/** How many requests had these numbers, this one included. */
	attempt: number;
	/** When these numbers were first requested, ms since the epoch. */
	firstRequestAt: number;
	/** ms since the epoch. */
	now: number;
	/** A private key that is neither Alipay's nor the application's. */
	foreignKey: () => KeyObject;
	/** A certificate under Alipay's root that is not in the credential. */
	strange: (name: StrangeCertificate) => Signer;
	/** The encryption key of both sides, for encrypted requests. */
	aesKey: Buffer;
}

export interface Scenario {
	/** One line for people: what happens. */
	meaning: string;
	respond: (context: ScenarioContext) => Delivery;
}

/** The fields of a response with one of the fixture's codes and Alipay's text, about the `given` numbers. */
export function businessFields(fixture: Fixture, subCode: string, given: Numbers): Fields {
	const { subMsgs, codes, notFoundFields } = fixture;
	if (gatewayCodeOf(subCode)) return gatewayError(subCode);
	const words = Object.hasOwn(subMsgs, subCode) ? subMsgs[subCode] : undefined;
	const beside = codes.notFound.includes(subCode) && notFoundFields;
	return { ...businessError(subCode, words ?? subCode), ...(beside && { ...given, ...beside }) };
}

/** The business codes of a method, by their general meaning. */
const CODES = {
	invalid: ({ codes }: Fixture) => codes.invalid,
	/** No record has the first number. */
	firstNotFound: ({ codes }: Fixture) =>
		codes.notFound.find((code) => code !== null) ?? codes.invalid,
	/** No record has all numbers. */
	lastNotFound: ({ codes }: Fixture) =>
		codes.notFound.filter((code) => code !== null).at(-1) ?? codes.invalid,
	busy: ({ codes }: Fixture) => codes.busy,
	forbidden: ({ codes }: Fixture) => codes.forbidden ?? 'ACCESS_FORBIDDEN',
} as const;

type CodeName = keyof typeof CODES;

/** The fields of a response with one of these codes. */
export function errorOf(code: CodeName, { fixture, given }: ScenarioContext): Fields {
	return businessFields(fixture, CODES[code](fixture), given);
}

/** The signed response with a business code. */
export function businessFailure(code: CodeName, meaning: string): Scenario {
	return { meaning, respond: (context) => signedResponse(errorOf(code, context), context) };
}

/** The signed response with a code of the gateway. The gateway does not encrypt these responses. */
export function gatewayFailure(subCode: string): Scenario {
	const fields = gatewayError(subCode);
	return {
		meaning: `${fields.code} ${subCode} ${fields.sub_msg}`,
		respond: (context) => signedResponse(fields, inClear(context)),
	};
}

export function signedNode(context: ScenarioContext): [text: string, sign: string] {
	const text = nodeText(context.success, context.requestNumber);
	return [text, signature(sealed(text, context), context)];
}

/** The text of the signed node with another amount; without amounts, with another status. */
export function forgedNode({ fixture, success, requestNumber }: ScenarioContext): string {
	const [amount] = fixture.amounts ?? [];
	const { status } = fixture;
	if (amount !== undefined) return nodeText({ ...success, [amount]: FORGED_AMOUNT }, requestNumber);
	if (status) return nodeText({ ...success, [status.field]: FORGED_STATUS }, requestNumber);
	return nodeText({ ...success, forged: FORGED_AMOUNT }, requestNumber);
}

const FORGED_AMOUNT = '999999.99';
const FORGED_STATUS = 'FORGED';

/** A response with these nodes and one signature. */
export function nodes(
	texts: readonly string[],
	sign: string,
	context: ScenarioContext,
): HttpResponse {
	const members = texts.map((text) => [context.node, sealed(text, context)] as const);
	return { body: envelope([...members, ...signMembers(sign, context)]) };
}

/** A record that the first request created, with the status changes since then, in order. */
export function freshRecord(
	{ fixture, success, firstRequestAt }: ScenarioContext,
	changes: readonly Change[] = [],
): Fields {
	if (!fixture.status) return success;
	const { field, initial } = fixture.status;
	const created = fixture.created?.(beijingText(firstRequestAt));
	const fresh = { ...success, [field]: initial, ...created };
	const record = afterChanges(fixture, fresh, changes);
	return { ...record, ...fixture.derived?.(record, [record]) };
}

export function foreign(context: ScenarioContext): ResponseContext {
	return { ...context, alipayKey: context.foreignKey() };
}

/** Signs with a strange certificate. In public-key mode the response has the wrong key instead. */
export function signedBy(name: StrangeCertificate, context: ScenarioContext): ResponseContext {
	const { privateKey, sn } = context.strange(name);
	return { ...context, alipayKey: privateKey, certSn: context.certSn && sn };
}

export function inClear(context: ScenarioContext): ResponseContext {
	return { ...context, encryptKey: undefined };
}
