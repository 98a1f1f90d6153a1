import type { IDataObject } from 'n8n-workflow';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { bareKey, newPrivateKey, publicHalf } from '../../tools/simulator/keys.mts';
import { NOWHERE } from '../support/nowhere.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { failureOf, queryItems, simulate } from './query.mts';

const TOKEN = '202609BBmerchantTokenX42';
/** Long enough for 5 MB on a busy machine; only a silent gateway takes all of it. */
const PATIENT = { maxTries: 1, timeoutSeconds: 15 };

let simulator: Simulator;
beforeAll(async () => {
	simulator = await simulate();
});
beforeEach(() => {
	simulator.requests.length = 0;
});

/**
 * A run that stops and one that continues: the words that the operator reads. support/leaks.mts
 * checks both for secrets.
 */
async function queryBothWays(item: object, credential: IDataObject = {}, options = PATIENT) {
	const settings = {
		parameters: { options },
		credential: { appAuthToken: TOKEN, ...credential },
	};
	const stopped = await queryItems(simulator, [item], settings);
	const continued = await queryItems(simulator, [item], {
		...settings,
		onError: 'continueErrorOutput',
	});
	expect(continued.good).toEqual([]);
	const { error, details } = continued.failed[0] as { error: string; details: IDataObject };
	const { message, description } = failureOf(stopped);
	expect(message).toBe(`${error} [item 0]`);
	expect(description).toContain(details.solution);
	return { message, solution: details.solution, details };
}

describe('a gateway that does not respond as Alipay does', () => {
	it.each<[scenario: string, code: string, message: RegExp, solution: RegExp]>([
		['SIM-HTML', 'answer-not-json', /web page/, /Gateway URL.*proxy/],
		['SIM-HTTP-502', 'gateway-unavailable', /HTTP status 502/, /Try again/],
		['SIM-HTTP-429', 'gateway-busy', /HTTP status 429/, /Try again/],
		['SIM-EMPTY-BODY', 'answer-not-json', /empty body/, /Gateway URL.*proxy/],
		['SIM-TRUNCATED', 'gateway-unreachable', /connection ended too early/, /Try again.*proxy/],
		['SIM-RESET', 'gateway-unreachable', /connection ended too early/, /Try again.*proxy/],
		['SIM-HUGE', 'answer-too-large', /more than 1 MiB/, /Gateway URL.*proxy/],
		['SIM-REDIRECT', 'gateway-http-status', /HTTP status 302/, /Gateway URL.*proxy/],
		['SIM-SILENCE', 'gateway-timeout', /did not respond within 1 second/, /Raise the Timeout/],
		['SIM-INVALID-SIGNATURE', '40002', /does not accept the signature/, /Private Key/],
	])(
		'leads to a message with what happened and what to do, and without secrets, for %s',
		async (scenario, code, ...words) => {
			const options = { ...PATIENT, ...(scenario === 'SIM-SILENCE' && { timeoutSeconds: 1 }) };
			const { message, solution, details } = await queryBothWays(
				scenarioByMerchant(scenario),
				{},
				options,
			);
			expect(details.code).toBe(code);
			expect(message).toMatch(words[0]);
			expect(solution).toMatch(words[1]);
			expect(simulator.requests).toHaveLength(2); // One request a run: no retry, and no
			expect(simulator.requests).toHaveLength(2); // redirect followed.
			expect(simulator.requests.map(({ path }) => path)).toEqual(['/gateway.do', '/gateway.do']);
		},
	);

	it('is named by its host when nothing listens there', async () => {
		const { message, solution, details } = await queryBothWays(SAMPLES.rich, {
			gatewayUrl: NOWHERE,
		});
		expect(message).toContain('127.0.0.1:1 cannot be reached: nothing is listening there');
		expect(solution).toMatch(/Check the Gateway URL.*ECONNREFUSED/);
		expect(details).toMatchObject({ code: 'gateway-unreachable', retryable: true });
	});
});

describe('a wrong credential', () => {
	it('with another private key gets Alipay’s refusal, which leads to App ID and Private Key', async () => {
		const privateKey = bareKey(newPrivateKey());
		const { message, solution } = await queryBothWays(SAMPLES.rich, { privateKey });
		expect(message).toMatch(/does not accept the signature.*isv\.invalid-signature/);
		expect(solution).toMatch(/App ID and the Private Key.*application public key/);
	});

	it('with another App ID leads to a solution about App ID and Environment', async () => {
		const { message, solution } = await queryBothWays(SAMPLES.rich, {
			appId: '2021000000000099',
		});
		expect(message).toMatch(/does not have an application with this App ID.*isv\.invalid-app-id/);
		expect(solution).toMatch(/App ID and the Environment/);
	});

	it.each<[what: string, change: (credential: IDataObject) => IDataObject, message: RegExp]>([
		[
			'its own public key in place of Alipay’s',
			ownPublicKey,
			/Alipay.*Public Key.*own application public key/i,
		],
		['a private key that is cut off', cutOff, /Private Key.*short/i],
		['a private key in place of Alipay’s key', swapped, /Alipay Public Key/i],
		['an empty private key', () => ({ privateKey: '' }), /Private Key.*empty/i],
		[
			'a gateway without TLS',
			() => ({ gatewayUrl: 'http://example.com/gateway.do' }),
			/Gateway URL.*does not use https/,
		],
	])('with %s is named before anything is sent, and not quoted', async (_what, change, words) => {
		const { message, details } = await queryBothWays(
			SAMPLES.rich,
			change({ ...simulator.credential }),
		);
		expect(message).toMatch(words);
		expect(details).toMatchObject({ code: 'invalid-credential', retryable: false, attempts: 0 });
		expect(simulator.requests).toHaveLength(0);
	});
});

function ownPublicKey({ privateKey }: IDataObject): IDataObject {
	return { alipayPublicKey: publicHalf(String(privateKey)) };
}

function cutOff({ privateKey }: IDataObject): IDataObject {
	return { privateKey: String(privateKey).slice(0, 800) };
}

function swapped({ privateKey }: IDataObject): IDataObject {
	return { alipayPublicKey: privateKey };
}
