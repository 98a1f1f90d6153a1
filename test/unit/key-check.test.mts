/** The result of the credential test for each response of the gateway. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../alipay/errors/gatewayCodes.ts';
import { BUSINESS, PASSES, TABLE } from '../support/keyCodes.mts';
import { bare, envelope, SETTINGS, signed } from '../support/responses.mts';
import {
	authenticate,
	credentialType,
	expectSigned,
	GATEWAY,
	received,
	type Request,
} from '../support/authenticate.mts';

const NODE = 'alipay_trade_query_response';
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

const refusal = (code: string, sub_code?: string, more = {}) =>
	JSON.stringify({ code, msg: 'm', sub_code, sub_msg: '…', ...more });
const NOT_FOUND = refusal('40004', 'ACQ.TRADE_NOT_EXIST', { receipt_amount: '0.00' });

type Response = string | Error;

/** A separate application for each test, because results are remembered per application. */
let lastAppId = 0;
const newSettings = (changes: object = {}) => ({
	...SETTINGS,
	appId: String(2021000000000000 + ++lastAppId),
	...changes,
});

/**
 * A helper like n8n's `httpRequest`, in front of a gateway that returns these responses in turn.
 */
function gateway(...responses: Response[]) {
	let requests = 0;
	const httpRequest = async () => {
		const response = responses[Math.min(requests++, responses.length - 1)];
		if (response instanceof Error) throw response;
		return { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(response ?? '')]) };
	};
	return { helpers: { httpRequest }, count: () => requests };
}

type Gateway = ReturnType<typeof gateway>;

const prepare = async (to: Gateway, settings: object) =>
	await credentialType.preAuthentication.call(to as never, settings as never);

/** n8n's test, up to the request whose response it does not check: null when that is sent. */
async function test(to: Gateway, settings: object = newSettings()): Promise<string | null> {
	const send = async () => {
		await prepare(to, settings);
		const request = { ...credentialType.test.request, baseURL: GATEWAY };
		expectSigned(await authenticate(request, settings));
		return null;
	};
	const words = (error: Error) => error.message;
	// n8n does the same for an access token that has expired.
	return await send().catch(async (error: Error & { response?: { status: number } }) =>
		error.response?.status === 401 ? await send().catch(words) : words(error),
	);
}

const UNKNOWN: ReadonlyArray<[code: string, subCode: string]> = [
	['20000', 'aop.ACQ.SYSTEM_ERROR'],
	['20001', 'aop.brand-new'],
	['40002', 'isv.brand-new'],
	['40003', 'ACQ.TRADE_NOT_EXIST'],
	['40006', 'isv.brand-new'],
	['49999', 'constructor'],
];

describe('a credential test', () => {
	it.each(TABLE)('with %s %s, signed by Alipay, returns %j', async (code, sub_code, says) => {
		for (const name of [NODE, 'error_response']) {
			const text = refusal(code, sub_code);
			const told = await test(gateway(envelope(text, signed(text), name)));
			if (says === PASSES) {
				expect(told).toBeNull();
				continue;
			}
			expect(told).toContain(says);
			// What happened, Alipay's code, what to do.
			expect(told).toMatch(/^[A-Z].*\(Alipay returned \d{5}[^)]+\)\. [A-Z].*\.$/);
			expect(told).toContain(`(Alipay returned ${code} ${sub_code ?? 'm'})`);
		}
	});

	it('has a row in that table for each code of the catalog', () => {
		const codes = Object.entries(CATALOGUE).flatMap(([code, { subCodes }]) =>
			[...Object.keys(subCodes), undefined].map((subCode) => [code, subCode]),
		);
		expect(TABLE.map(([code, subCode]) => [code, subCode])).toEqual(codes);
	});

	it.each(BUSINESS)('passes with 40004 %s, signed by Alipay', async (sub_code) => {
		expect(await test(gateway(envelope(refusal('40004', sub_code), undefined, NODE)))).toBeNull();
	});

	it.each(UNKNOWN)('fails with the unknown code %s %s', async (code, sub_code) => {
		const told = await test(gateway(envelope(refusal(code, sub_code), undefined, NODE)));
		expect(told).toContain(`(Alipay returned ${code} ${sub_code})`);
	});

	it('fails with a gateway code under 40004', async () => {
		const text = refusal('40004', 'isv.invalid-signature');
		expect(await test(gateway(envelope(text, undefined, NODE)))).toMatch(
			/not accept the signature/,
		);
	});
});

describe('a credential test refuses', () => {
	const forged = (text: string) =>
		sign('sha256', Buffer.from(text), foreign.privateKey).toString('base64');
	const PROOFS = [
		NOT_FOUND,
		...TABLE.filter(([, , says]) => says === PASSES).map(([c, s]) => refusal(c, s)),
	];

	it.each(PROOFS)('%s without a signature', async (text) => {
		for (const body of [envelope(text, '', NODE), `{"${NODE}":${text}}`]) {
			expect(await test(gateway(body))).toMatch(
				/^The response is not signed, so it does not prove that the keys are right \(it says .+\)\. Check the Env/,
			);
		}
	});

	it.each(PROOFS)('%s with the signature of another key', async (text) => {
		expect(await test(gateway(envelope(text, forged(text), NODE)))).toMatch(
			/signature of the response does not match its content and the Alipay Public Key\. Copy/,
		);
	});

	it('a genuine response about another trade', async () => {
		const text =
			'{"code":"10000","msg":"Success","out_trade_no":"T1","trade_status":"TRADE_SUCCESS"}';
		expect(await test(gateway(envelope(text, undefined, NODE)))).toMatch(
			/differs from the request/,
		);
	});

	it('a success without a signature', async () => {
		const text = '{"code":"10000","msg":"Success","out_trade_no":"CREDENTIAL_TEST"}';
		expect(await test(gateway(envelope(text, '', NODE)))).toMatch(/has no signature/);
	});

	it('a genuine part next to a forged one', async () => {
		const text = NOT_FOUND;
		const body = `{"${NODE}":${refusal('40006', 'isv.insufficient-isv-permissions')},"${NODE}":${text},"sign":"${signed(text)}"}`;
		expect(await test(gateway(body))).toMatch(/the same part twice/);
	});

	it.each([
		['a web page', '<html></html>', /returned a web page, not a response in Alipay’s format/],
		['an empty body', '', /returned an empty body/],
		['an empty object', '{}', /contains? no|does not contain alipay_trade_query_response/],
		[
			'the response of another method',
			envelope(NOT_FOUND),
			/does not contain alipay_trade_query_response/,
		],
		[
			'a signed response without a code',
			envelope('{"msg":"Success"}', undefined, NODE),
			/code is missing/,
		],
	])('%s', async (_name, body, says) => {
		expect(await test(gateway(body))).toMatch(says);
	});

	it.each([
		['connect ECONNREFUSED 127.0.0.1:9', 'ECONNREFUSED', /nothing is listening there/],
		['getaddrinfo ENOTFOUND x', 'ENOTFOUND', /its name cannot be found/],
		['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', /TLS certificate is not trusted/],
		[
			'Domain not allowed: x',
			undefined,
			/The keys could not be checked\. Turn on More Settings .* add openapi\.alipay\.com to Allowed Domains/,
		],
		[
			'write EPROTO 1:SSL routines:wrong version number',
			'EPROTO',
			/a TLS connection \(https\) is not possible/,
		],
	])('a network that reports %s, in words that n8n does not change', async (text, code, says) => {
		const told = await test(gateway(Object.assign(new Error(text), { code })));
		expect(told).toMatch(/^The gateway openapi\.alipay\.com cannot be reached: /);
		expect(told).toMatch(says);
		expect(told).not.toMatch(/[A-Z]{6}/);
	});
});

describe('a credential test after or next to another request', () => {
	const genuine = envelope(NOT_FOUND, undefined, NODE);
	const denied = envelope(refusal('40006', 'isv.ip-forbidden'), undefined, NODE);
	const unsigned = envelope(NOT_FOUND, '', NODE);

	it.each([
		['a refusal', denied, /this IP address/],
		['a response without a signature', unsigned, /not signed/],
		['a lost connection', new Error('socket hang up'), /ended too early/],
	])('fails with %s after a test that passed', async (_name, then, says) => {
		const settings = newSettings();
		const to = gateway(genuine, then, genuine);
		expect(await test(to, settings)).toBeNull();
		expect(await test(to, settings)).toMatch(says);
		expect(await test(to, settings)).toBeNull();
		expect(to.count()).toBe(3);
	});

	it('fails with a refusal after a request of the HTTP Request node', async () => {
		const settings = newSettings();
		const to = gateway(genuine, denied);
		await prepare(to, settings);
		await prepare(to, settings);
		expect(to.count()).toBe(1);
		expect(await test(to, settings)).toMatch(/this IP address/);
	});

	it('shares one query and its result with a test at the same time', async () => {
		const settings = newSettings();
		for (const [response, says] of [
			[genuine, null],
			[denied, expect.stringMatching(/this IP address/)],
		] as const) {
			const to = gateway(response);
			await authenticate({ ...credentialType.test.request, baseURL: GATEWAY }, settings).catch(
				() => undefined,
			);
			const told = await Promise.all([1, 2, 3].map(async () => await test(to, settings)));
			expect(told).toEqual([says, says, says]);
			expect(to.count()).toBe(1);
		}
	});

	it('fails for a credential without a prepared test', async () => {
		const request = { ...credentialType.test.request, baseURL: GATEWAY };
		await expect(authenticate(request, newSettings())).rejects.toThrow(
			'The keys were not checked. Test the credential again.',
		);
	});
});

describe('the request of the credential test', () => {
	it('queries a trade that does not exist, without rules for a response that n8n cannot verify', () => {
		const { body, method } = credentialType.test.request as Request;
		expect(method).toBe('POST');
		expect(body).toEqual({
			method: 'alipay.trade.query',
			biz_content: '{"out_trade_no":"CREDENTIAL_TEST"}',
		});
		expect(credentialType.test.rules).toBeUndefined();
	});

	it('is signed after the keys are proven', async () => {
		const settings = newSettings();
		await prepare(gateway(envelope(NOT_FOUND, undefined, NODE)), settings);
		const request = { ...credentialType.test.request, baseURL: GATEWAY };
		const sent = await authenticate(request, settings);
		expect(received(sent)).toMatchObject(credentialType.test.request.body as object);
		expectSigned(sent);
	});

	it('does not affect other requests, which are signed with any result of the check', async () => {
		const settings = newSettings();
		const to = gateway(envelope(refusal('40002', 'isv.invalid-signature'), undefined, NODE));
		await prepare(to, settings);
		const body = { method: 'alipay.trade.query', biz_content: '{"out_trade_no":"1"}' };
		expectSigned(await authenticate({ url: GATEWAY, body }, settings));
	});
});

it('the wrong Alipay key also stops the request of the HTTP Request node', async () => {
	const alipayPublicKey = bare(foreign.publicKey, 'spki');
	const to = gateway(envelope(NOT_FOUND, undefined, NODE));
	await expect(prepare(to, newSettings({ alipayPublicKey }))).rejects.toThrow(
		/signature of the response does not match/,
	);
});
