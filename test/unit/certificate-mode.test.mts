import { beforeAll, describe, expect, it } from 'vitest';
import { readApp } from '../../alipay/application/app.ts';
import type { Connection } from '../../alipay/transport.ts';
import { localFault, success, type Outcome } from '../../alipay/errors/fault.ts';
import type { HttpAnswer } from '../../alipay/message/response.ts';
import { verificationKey } from '../../alipay/verificationKey.ts';
import { loadCertificates, type Signer } from '../../tools/simulator/certificates.mts';
import {
	startSimulator,
	type SimulatorCertificateCredential,
} from '../../tools/simulator/gateway.mts';
import { loadKeys } from '../../tools/simulator/keys.mts';
import {
	bare,
	envelope,
	fault,
	http,
	METHOD,
	own,
	readAnswer,
	SETTINGS,
	value,
	words,
} from '../support/answers.mts';
import { temporaryFolder } from '../support/temporary.mts';

let credential: SimulatorCertificateCredential;
let renewed: Signer;
beforeAll(async () => {
	const keysFolder = temporaryFolder('certificates');
	const simulator = await startSimulator({ keysFolder });
	credential = simulator.credentials.certificate;
	await simulator.close();
	renewed = loadCertificates(keysFolder, loadKeys(keysFolder)).strange('renewed');
});

const TODAY = Date.UTC(2026, 0, 1);

describe('the certificates of the credential', () => {
	it('give the numbers that are sent and signed', () => {
		const { certificates } = value(readApp({ ...credential }, TODAY));
		expect(certificates?.app_cert_sn).toMatch(/^[0-9a-f]{32}$/);
		expect(certificates?.alipay_root_cert_sn).toMatch(/^[0-9a-f]{32}$/); // the ECDSA root is skipped
		expect(certificates?.alipay.commonName).toMatch(/-2088000000000001$/);
	});

	it.each([
		['has expired', Date.UTC(2051, 0, 1), /App Public Certificate .* expired on .* 20\d\d GMT/],
		['is not yet valid', Date.UTC(2015, 0, 1), /App Public Certificate .* is valid from .* only/],
	])('are refused by name when that of the application %s', (_name, moment, said) => {
		expect(fault(readApp({ ...credential }, moment)).message).toMatch(said);
	});

	it('are refused when the private key is another one', () => {
		const privateKey = credential.privateKey;
		const app = fault(readApp({ ...credential, privateKey: otherKey() }, TODAY));
		expect(app.message).toMatch(/App Public Certificate .* does not belong to the Private Key/);
		expect(app.message).not.toContain(privateKey.slice(0, 20));
	});

	it('may be pasted on one line with \\n as text', () => {
		const oneLine = (text: string) => text.replaceAll('\n', '\\n');
		const pasted = {
			...credential,
			appPublicCert: oneLine(credential.appPublicCert),
			alipayPublicCert: oneLine(credential.alipayPublicCert),
			alipayRootPublicCert: oneLine(credential.alipayRootPublicCert),
		};
		const sns = (settings: object) => {
			const { certificates } = value(readApp({ ...settings }, TODAY));
			return [
				certificates?.app_cert_sn,
				certificates?.alipay_root_cert_sn,
				certificates?.alipay.sn,
			];
		};
		expect(sns(pasted)).toEqual(sns(credential));
	});
});

const envelopeOf = (alipay_cert_sn: string) =>
	({ alipay_cert_sn, sign: 'x' }) as Parameters<typeof verificationKey>[1];
const connection = (body: string, moment: number): Connection => ({
	...{ now: () => moment, random: () => 0, sleep: async () => undefined },
	...{
		ended: () => false,
		turn: async () => () => undefined,
		send: async () => success(http(body)),
	},
});
const downloaded = (text: string) =>
	JSON.stringify({
		alipay_open_app_alipaycert_download_response: {
			code: '10000',
			alipay_cert_content: Buffer.from(text).toString('base64'),
		},
	});

describe('an answer signed with a certificate that nobody pasted', () => {
	it.each([
		[
			'is handed out under another number',
			'3'.repeat(32),
			() => credential.alipayPublicCert,
			/not the one that Alipay/,
		],
		['is no certificate', '4'.repeat(32), () => 'nothing', /cannot be fetched/],
	])('is refused when it %s', async (_name, sn, text, said) => {
		const app = value(readApp({ ...credential }, TODAY));
		const key = verificationKey(app, envelopeOf(sn), connection(downloaded(text()), TODAY), 1);
		expect(fault(await key)).toMatchObject({ code: 'alipay-certificate-unknown' });
		expect(fault(await key).message).toMatch(said);
	});

	it('says when the pasted one has expired', async () => {
		const app = value(readApp({ ...credential }, TODAY));
		const later = connection(downloaded('nothing'), Date.UTC(2051, 0, 1));
		const key = await verificationKey(app, envelopeOf('1'.repeat(32)), later, 1);
		expect(fault(key).message).toMatch(/the one in the credential expired on/);
	});

	it('needs no other key when it is the pasted one, or when nothing is signed', async () => {
		const app = value(readApp({ ...credential }, TODAY));
		const never = {
			...connection('', TODAY),
			send: async () => await Promise.reject(new Error('asked')),
		};
		for (const envelope of [
			envelopeOf(app.certificates?.alipay.sn ?? ''),
			{ ...envelopeOf('2'.repeat(32)), sign: '' },
		]) {
			expect(value(await verificationKey(app, envelope, never, 1))).toBe(app.alipayPublicKey);
		}
	});
});

describe('an answer whose signature does not fit', () => {
	const mismatch = (settings: object) => {
		const app = value(readApp({ ...settings }, TODAY));
		return words(fault(readAnswer(http(envelope('{"code":"10000"}', 'AAAA')), METHOD, app)));
	};

	it('leads to the Alipay Public Certificate', () => {
		expect(mismatch(credential)).toMatch(/the Alipay Public Certificate\. Download .* certificate/);
		expect(mismatch(credential)).not.toMatch(/public key/i);
	});

	it('leads to the Alipay Public Key in public-key mode', () => {
		expect(mismatch(SETTINGS)).toMatch(/the Alipay Public Key\. Copy .* public key/);
		expect(mismatch(SETTINGS)).not.toMatch(/certificate/i);
	});
});

describe('a downloaded certificate', () => {
	/** A run whose clock starts at `moment`; `answer` is what each download ends with. */
	const runOf = (answer: () => Outcome<HttpAnswer>, moment = TODAY) => {
		const run = {
			...connection('', moment),
			...{ asked: 0, moment, now: () => run.moment },
			send: async () => {
				run.asked++;
				return await Promise.resolve(answer());
			},
		};
		return run;
	};
	const handedOut = () => success(http(downloaded(renewed.chain)));
	const noCertificate = () => success(http(downloaded('nothing')));
	const appOf = (changes = {}) => value(readApp({ ...credential, ...changes }, TODAY));
	/** A number of its own for each test: what is known of one lives as long as the process. */
	let numbers = 0;
	const newSn = () => `a${numbers++}`.padStart(32, '0');

	it('is used from then on, but not past its term', async () => {
		const run = runOf(handedOut);
		const ask = async () => await verificationKey(appOf(), envelopeOf(renewed.sn), run, 1);
		value(await ask());
		value(await ask());
		expect(run.asked).toBe(1);
		run.moment = Date.UTC(2051, 0, 1);
		expect(fault(await ask()).message).toMatch(/and is expired; the one in the credential expired/);
		expect(run.asked).toBe(2);
	});

	it('is not trusted by a credential whose roots do not vouch for it', async () => {
		const run = runOf(handedOut);
		value(await verificationKey(appOf(), envelopeOf(renewed.sn), run, 1));
		const { certificates, ...app } = appOf();
		if (!certificates) throw new Error('not in certificate mode');
		const stranger = { ...app, certificates: { ...certificates, roots: [] } };
		const found = fault(await verificationKey(stranger, envelopeOf(renewed.sn), run, 1));
		expect(found.message).toContain('does not go back to the Alipay Root Certificate');
	});

	it.each([
		['that fails', () => localFault('gateway-timeout', 'No answer', 'Ask again.')],
		['that is refused', noCertificate],
	])('%s is shared by the items of a run that need it at once', async (_name, answer) => {
		const [run, sn] = [runOf(answer), newSn()];
		const ask = async () => await verificationKey(appOf(), envelopeOf(sn), run, 1);
		const found = await Promise.all([ask(), ask(), ask()]);
		expect(run.asked).toBe(1);
		expect(new Set(found.map((one) => fault(one).message)).size).toBe(1);
	});

	it('is not shared with another run, which may be cancelled', async () => {
		const cancelled = runOf(() => localFault('cancelled', 'Cancelled', 'Run it again.'));
		const [other, sn] = [runOf(noCertificate), newSn()];
		const found = await Promise.all(
			[cancelled, other].map(async (run) => await verificationKey(appOf(), envelopeOf(sn), run, 1)),
		);
		expect(found.map((one) => fault(one).code)).toEqual([
			'cancelled',
			'alipay-certificate-unknown',
		]);
	});

	it('that is refused is not asked for again within a minute', async () => {
		const [run, sn] = [runOf(noCertificate), newSn()];
		const ask = async () => fault(await verificationKey(appOf(), envelopeOf(sn), run, 1));
		const first = await ask();
		run.moment += 59_999;
		expect(await ask()).toEqual(first);
		expect(run.asked).toBe(1);
		run.moment += 1;
		await ask();
		expect(run.asked).toBe(2);
	});

	it('that is refused is asked for at once with a corrected credential', async () => {
		const [run, sn] = [runOf(noCertificate), newSn()];
		await verificationKey(appOf(), envelopeOf(sn), run, 1);
		await verificationKey(appOf({ appAuthToken: 'another' }), envelopeOf(sn), run, 1);
		expect(run.asked).toBe(2);
	});

	it('is asked for again when Alipay was busy', async () => {
		const answers = ['{"code":"20000","sub_code":"isp.unknow-error"}', renewed.chain];
		const run = runOf(() => {
			const [busy, chain] = answers;
			return run.asked === 1
				? success(http(`{"error_response":${busy}}`))
				: success(http(downloaded(chain ?? '')));
		});
		// Another environment, so that what the first test fetched is not known.
		const { certificates, ...app } = appOf();
		const pasted = { ...certificates, alipay_root_cert_sn: newSn() } as typeof certificates;
		const ask = async () =>
			await verificationKey({ ...app, certificates: pasted }, envelopeOf(renewed.sn), run, 1);
		expect(fault(await ask())).toMatchObject({ code: '20000', retryable: true });
		value(await ask());
	});

	it.each(['gateway-timeout', 'cancelled'] as const)(
		'is asked for again after %s, which says nothing about it',
		async (name) => {
			const [run, sn] = [runOf(() => localFault(name, 'No answer', 'Ask again.')), newSn()];
			const ask = async () => fault(await verificationKey(appOf(), envelopeOf(sn), run, 1));
			expect((await ask()).code).toBe(name);
			expect((await ask()).code).toBe(name);
			expect(run.asked).toBe(2);
		},
	);
});

const otherKey = () => bare(own.privateKey, 'pkcs8');
