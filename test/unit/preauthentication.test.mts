import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AlipayApi } from '../../credentials/AlipayApi.credentials.ts';
import { bare, envelope as envelopeOf, SETTINGS } from '../support/responses.mts';

const NOT_FOUND = '{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST"}';
const type = new AlipayApi();

const envelope = (text: string, sign?: string) =>
	envelopeOf(text, sign, 'alipay_trade_query_response');

/**
 * Prepares the credential against a gateway that returns `body`; returns the number of its
 * requests.
 */
async function prepare(body: string | Error, changes: object = {}, times = 1): Promise<number> {
	let requests = 0;
	const httpRequest = async () => {
		requests++;
		if (body instanceof Error) throw body;
		return { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(body)]) };
	};
	for (let run = 0; run < times; run++) {
		await type.preAuthentication.call({ helpers: { httpRequest } }, {
			...SETTINGS,
			...changes,
		} as never);
	}
	return requests;
}

describe('the check before a request of the HTTP Request node', () => {
	it('proves the keys with a signed response, once per process', async () => {
		expect(await prepare(envelope(NOT_FOUND), { appId: '1' }, 3)).toBe(1);
	});

	it('runs once for all items of a run', async () => {
		let requests = 0;
		const httpRequest = async () => {
			requests++;
			const body = Readable.from([Buffer.from(envelope(NOT_FOUND))]);
			return { statusCode: 200, headers: {}, body };
		};
		const settings = { ...SETTINGS, appId: '8' } as never;
		const items = Array.from({ length: 20 }, async () => {
			await type.preAuthentication.call({ helpers: { httpRequest } }, settings);
		});
		await Promise.all(items);
		expect(requests).toBe(1);
	});

	it('runs again for a credential that was changed', async () => {
		const response = envelope(NOT_FOUND);
		expect(await prepare(response, { appId: '5' }, 2)).toBe(1);
		expect(await prepare(response, { appId: '5', appAuthToken: 'another' }, 2)).toBe(1);
		expect(await prepare(response, { appId: '5' }, 2)).toBe(0);
	});

	it('names a wrong Alipay key', async () => {
		const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		const alipayPublicKey = bare(publicKey, 'spki');
		await expect(prepare(envelope(NOT_FOUND), { alipayPublicKey })).rejects.toThrow(
			/signature of the response does not match.*Copy the Alipay public key/s,
		);
	});

	it.each(['isv.decryption-error-unknown', 'isv.missing-encrypt-key', 'isv.invalid-encrypt-type'])(
		'names an Encrypt Key that Alipay does not share: %s',
		async (sub_code) => {
			const text = JSON.stringify({ code: '40003', msg: 'Insufficient Conditions', sub_code });
			const refused = prepare(envelope(text), { appId: '4' });
			await expect(refused).rejects.toThrow(/Encrypt Key (?:of|in) the credential/);
		},
	);

	it('names a response that n8n must not read to its end', async () => {
		const endless = ' '.repeat(1024 * 1024 + 1);
		await expect(prepare(endless, { appId: '6' })).rejects.toThrow(/more than 1 MiB.*Gateway URL/s);
	});

	it('names a key that cannot be read', async () => {
		await expect(prepare('', { privateKey: 'x' })).rejects.toThrow(/Private Key of the credential/);
	});

	it.each([
		['an unsigned refusal', envelope('{"code":"40002","sub_code":"isv.invalid-app-id"}', '')],
		['a web page', '<html></html>'],
		['no response', new Error('connect ECONNREFUSED')],
	])('after %s runs again, and leaves the problem to the request itself', async (_name, body) => {
		expect(await prepare(body, { appId: '2' }, 2)).toBe(2);
	});

	it.each([
		['40006', 'isv.insufficient-isv-permissions', 1],
		['40006', 'isv.ip-forbidden', 2],
		['40002', 'isv.invalid-signature', 2],
		['20000', 'isp.unknow-error', 2],
	])('leaves %s %s to the request itself', async (code, sub_code, times) => {
		const text = JSON.stringify({ code, sub_code });
		expect(await prepare(envelope(text), { appId: `3${sub_code.length}` }, 2)).toBe(times);
	});

	it('runs because n8n finds an empty property that can expire', () => {
		expect(type.properties).toContainEqual(
			expect.objectContaining({
				...{ type: 'hidden', default: '', typeOptions: { expirable: true } },
			}),
		);
	});
});
