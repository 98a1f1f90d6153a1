import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AlipayApi } from '../../credentials/AlipayApi.credentials.ts';
import { bare, envelope, SETTINGS, signed } from '../support/answers.mts';

const NOT_FOUND = '{"code":"40004","msg":"Business Failed","sub_code":"AUTH_ORDER_NOT_EXIST"}';
const type = new AlipayApi();

/** Prepares the credential against a gateway that answers with `body`; returns how often it was asked. */
async function prepare(body: string | Error, changes: object = {}, times = 1): Promise<number> {
	let asked = 0;
	const httpRequest = async () => {
		asked++;
		if (body instanceof Error) throw body;
		return { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(body)]) };
	};
	for (let run = 0; run < times; run++) {
		await type.preAuthentication.call({ helpers: { httpRequest } }, {
			...SETTINGS,
			...changes,
		} as never);
	}
	return asked;
}

describe('before the credential test and the HTTP Request node', () => {
	it('a signed answer proves the Alipay key, once per process', async () => {
		expect(await prepare(envelope(NOT_FOUND), { appId: '1' }, 3)).toBe(1);
	});

	it('is asked again of a credential that was changed', async () => {
		const answer = envelope(NOT_FOUND);
		expect(await prepare(answer, { appId: '5' }, 2)).toBe(1);
		expect(await prepare(answer, { appId: '5', appAuthToken: 'another' }, 2)).toBe(1);
		expect(await prepare(answer, { appId: '5' }, 2)).toBe(0);
	});

	it('a wrong Alipay key is named', async () => {
		const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		const alipayPublicKey = bare(publicKey, 'spki');
		await expect(prepare(envelope(NOT_FOUND), { alipayPublicKey })).rejects.toThrow(
			/signature of the answer does not fit.*Copy the Alipay public key/s,
		);
	});

	it.each(['isv.decryption-error-unknown', 'isv.missing-encrypt-key', 'isv.invalid-encrypt-type'])(
		'an Encrypt Key that Alipay does not share is named: %s',
		async (sub_code) => {
			const text = JSON.stringify({ code: '40003', msg: 'Insufficient Conditions', sub_code });
			const refused = prepare(envelope(text, signed(text)), { appId: '4' });
			await expect(refused).rejects.toThrow(/Encrypt Key of the credential|empty the Encrypt Key/);
		},
	);

	it('an answer that n8n must not read to its end is named', async () => {
		const endless = ' '.repeat(1024 * 1024 + 1);
		await expect(prepare(endless, { appId: '5' })).rejects.toThrow(/more than 1 MiB.*Gateway URL/s);
	});

	it('a key that cannot be read is named', async () => {
		await expect(prepare('', { privateKey: 'x' })).rejects.toThrow(/Private Key of the credential/);
	});

	it.each([
		['an unsigned refusal', envelope('{"code":"40002","sub_code":"isv.invalid-app-id"}', '')],
		['a web page', '<html></html>'],
		['no answer', new Error('connect ECONNREFUSED')],
	])('%s proves nothing, is asked again and is left to the request itself', async (_name, body) => {
		expect(await prepare(body, { appId: '2' }, 2)).toBe(2);
	});

	it('a missing permission is left to the request itself', async () => {
		const text = '{"code":"40006","sub_code":"isv.insufficient-isv-permissions"}';
		expect(await prepare(envelope(text, signed(text)), { appId: '3' })).toBe(1);
	});

	it('runs because n8n finds an empty property that can expire', () => {
		expect(type.properties).toContainEqual(
			expect.objectContaining({
				...{ type: 'hidden', default: '', typeOptions: { expirable: true } },
			}),
		);
	});
});
