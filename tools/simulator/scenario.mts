/** What a scenario is, and the responses that scenarios are made of. */
import type { KeyObject } from 'node:crypto';
import { beijingText } from './beijing.mts';
import type { Signer, StrangeCertificate } from './certificates.mts';
import { businessError, gatewayError } from './errors.mts';
import type { ErrorFields } from './errors.mts';
import type { Fields, Fixture } from './fixture.mts';
import { envelope, nodeText, sealed, signature, signedResponse, signMembers } from './response.mts';
import type { Delivery, HttpResponse, ResponseContext } from './response.mts';

export interface ScenarioContext extends ResponseContext {
	/** The method that was requested. */
	fixture: Fixture;
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
	/** A certificate that goes back to Alipay's root and is in no credential. */
	strange: (name: StrangeCertificate) => Signer;
	/** The key that both sides encrypt with when the request asks for it. */
	aesKey: Buffer;
}

export interface Scenario {
	/** One line for people: what happens. */
	meaning: string;
	respond: (context: ScenarioContext) => Delivery;
}

/** Alipay's words for a business code, by the fixture's list. */
export function businessFields({ subMsgs }: Fixture, subCode: string): ErrorFields {
	const words = Object.hasOwn(subMsgs, subCode) ? subMsgs[subCode] : undefined;
	return businessError(subCode, words ?? subCode);
}

/** The business codes of a method, by what they mean for every method. */
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
export function errorOf(code: CodeName, { fixture }: ScenarioContext): ErrorFields {
	return businessFields(fixture, CODES[code](fixture));
}

/** The signed response with a business code. */
export function businessFailure(code: CodeName, meaning: string): Scenario {
	return { meaning, respond: (context) => signedResponse(errorOf(code, context), context) };
}

/** The signed response with a code of the gateway, which encrypts nothing that it refuses. */
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

/** The nodes under the one signature. */
export function nodes(
	texts: readonly string[],
	sign: string,
	context: ScenarioContext,
): HttpResponse {
	const members = texts.map((text) => [context.node, sealed(text, context)] as const);
	return { body: envelope([...members, ...signMembers(sign, context)]) };
}

/** A record that was created by the first request; with `status` since `at`, ms since the epoch. */
export function freshRecord(
	{ fixture, success, firstRequestAt }: ScenarioContext,
	end?: { status: string; at: number },
): Fields {
	if (!fixture.status) return success;
	const { field, initial } = fixture.status;
	const created = fixture.created?.(beijingText(firstRequestAt));
	const record = { ...success, [field]: initial, ...created };
	if (!end) return record;
	return { ...record, [field]: end.status, ...fixture.changed?.(end.status, beijingText(end.at)) };
}

export function foreign(context: ScenarioContext): ResponseContext {
	return { ...context, alipayKey: context.foreignKey() };
}

/** In public-key mode there is no certificate to name, and the response is one under a wrong key. */
export function signedBy(name: StrangeCertificate, context: ScenarioContext): ResponseContext {
	const { privateKey, sn } = context.strange(name);
	return { ...context, alipayKey: privateKey, certSn: context.certSn && sn };
}

export function inClear(context: ScenarioContext): ResponseContext {
	return { ...context, encryptKey: undefined };
}
