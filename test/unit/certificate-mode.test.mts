import { sign as createSignature } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readApp, type App } from '../../alipay/application/app.ts';
import { createClient } from '../../alipay/client.ts';
import { localFault, success } from '../../alipay/errors/fault.ts';
import type { Envelope } from '../../alipay/message/response.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import type { Transport } from '../../alipay/transport.ts';
import { createVerificationKeys } from '../../alipay/verificationKey.ts';
import { loadCertificates, type Signer } from '../../tools/simulator/certificates.mts';
import {
	startSimulator,
	type SimulatorCertificateCredential,
} from '../../tools/simulator/gateway.mts';
import { makeCertificate } from '../../tools/simulator/der.mts';
import { loadKeys, loadPair } from '../../tools/simulator/keys.mts';
import {
	bare,
	envelope,
	fault,
	http,
	METHOD,
	NODE,
	own,
	readAnswer,
	SETTINGS,
	value,
	words,
} from '../support/answers.mts';
import { temporaryFolder } from '../support/temporary.mts';
import { scripted, type Reply, type ScriptedTransport } from '../support/transport.mts';

let credential: SimulatorCertificateCredential;
let renewed: Signer;
let merchant: Signer;
/** Alipay's name first, and a merchant's behind it. */
let twoNames: Signer;
beforeAll(async () => {
	const keysFolder = temporaryFolder('certificates');
	const simulator = await startSimulator({ keysFolder });
	credential = simulator.credentials.certificate;
	await simulator.close();
	const certificates = loadCertificates(keysFolder, loadKeys(keysFolder));
	renewed = certificates.strange('renewed');
	merchant = certificates.strange('merchant');
	twoNames = namedTwice(keysFolder, renewed);
});

/** A certificate that the simulator's authority signed, with one common name more than Alipay's. */
function namedTwice(keysFolder: string, { privateKey, chain }: Signer): Signer {
	const [, authority = ''] = chain.split(/(?<=END.*\n)/);
	const names = [
		'支付宝(中国)网络技术有限公司-2088000000000001',
		'2088000000000666-2021000000000666',
	];
	const { pem, sn } = makeCertificate({
		subject: [['C', 'CN'], ...names.map((name) => ['CN', name] as const)],
		key: privateKey,
		issuer: {
			subject: [
				['C', 'CN'],
				['O', 'Simulator'],
				['OU', 'Certification Authority'],
				['CN', 'Simulator Class 2 R1'],
			],
			key: loadPair(keysFolder, 'intermediate').privateKey,
		},
		isAuthority: false,
	});
	return { sn, privateKey, chain: pem + authority };
}

const TODAY = Date.UTC(2026, 0, 1);

describe('the certificates of the credential', () => {
	it('give the numbers that are sent and signed', () => {
		const { certificates } = value(readApp({ ...credential }, TODAY));
		expect(certificates?.app_cert_sn).toMatch(/^[0-9a-f]{32}$/);
		expect(certificates?.alipay_root_cert_sn).toMatch(/^[0-9a-f]{32}$/); // the ECDSA root is skipped
		expect(certificates?.alipay.commonNames[0]).toMatch(/-2088000000000001$/);
	});

	it.each([
		['has expired', Date.UTC(2051, 0, 1), /App Public Certificate .* expired on .* 20\d\d GMT/],
		['is not yet valid', Date.UTC(2015, 0, 1), /App Public Certificate .* is valid only from .*/],
	])('are refused by name when that of the application %s', (_name, moment, said) => {
		expect(fault(readApp({ ...credential }, moment)).message).toMatch(said);
	});

	it('are judged by the time of each reading, though they are read once', () => {
		const settings = { ...credential, appAuthToken: 'judged' };
		const app = value(readApp(settings, TODAY));
		expect(fault(readApp(settings, Date.UTC(2051, 0, 1))).message).toContain('expired on');
		expect(value(readApp(settings, TODAY))).toBe(app);
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

const envelopeOf = (alipay_cert_sn: string, sign = 'x') => ({ alipay_cert_sn, sign }) as Envelope;
const downloaded = (text: string): Reply =>
	success(
		http(
			JSON.stringify({
				alipay_open_app_alipaycert_download_response: {
					code: '10000',
					alipay_cert_content: Buffer.from(text).toString('base64'),
				},
			}),
		),
	);
const noCertificate = () => downloaded('nothing');
const handedOut = () => downloaded(renewed.chain);

/** A run in which every download ends with `reply`. */
const runWith = (reply: () => Reply, epochMs = TODAY) => scripted([() => reply()], epochMs);

/** An application of which nothing was learned yet. */
let apps = 0;
const newApp = (changes: object = {}): App =>
	value(readApp({ ...credential, appAuthToken: `another-${apps++}`, ...changes }, TODAY));

/** The key for an answer as the client finds it: known, or fetched. */
async function keyFor(app: App, sn: string, transport: Transport) {
	const keys = createVerificationKeys(app, transport);
	const known = keys.known(envelopeOf(sn));
	return known ? success(known) : await keys.fetched(envelopeOf(sn), 1_000);
}

describe('an answer signed with a certificate that nobody pasted', () => {
	it.each([
		[
			'is handed out under another number',
			() => '3'.repeat(32),
			() => credential.alipayPublicCert,
			/not the one that Alipay/,
		],
		['is no certificate', () => '4'.repeat(32), () => 'nothing', /cannot be fetched/],
		[
			'names a second owner',
			() => twoNames.sn,
			() => twoNames.chain,
			/has more than one common name/,
		],
		['belongs to a merchant', () => merchant.sn, () => merchant.chain, /belongs to somebody else/],
	])('is refused when it %s', async (_name, sn, text, said) => {
		const key = await keyFor(
			newApp(),
			sn(),
			runWith(() => downloaded(text())),
		);
		expect(fault(key)).toMatchObject({ code: 'alipay-certificate-unknown' });
		expect(fault(key).message).toMatch(said);
	});

	it('says when the pasted one has expired', async () => {
		const later = runWith(noCertificate, Date.UTC(2051, 0, 1));
		const key = await keyFor(newApp(), '1'.repeat(32), later);
		expect(fault(key).message).toMatch(/the one in the credential expired on/);
	});

	it('needs no other key when it is the pasted one, or when nothing is signed', () => {
		const app = newApp();
		const keys = createVerificationKeys(app, runWith(noCertificate));
		expect(keys.known(envelopeOf(app.certificates?.alipay.sn ?? ''))).toBe(app.alipayPublicKey);
		expect(keys.known(envelopeOf('2'.repeat(32), ''))).toBe(app.alipayPublicKey);
		expect(keys.known(envelopeOf(''))).toBe(app.alipayPublicKey);
		expect(keys.known({ alipay_cert_sn: null, sign: 'x' } as Envelope)).toBe(app.alipayPublicKey);
		expect(keys.known(envelopeOf('2'.repeat(32)))).toBeNull();
	});

	it('is judged by the key of the credential in public-key mode, whatever it names', async () => {
		const app = value(readApp({ ...SETTINGS }, TODAY));
		const run = runWith(noCertificate);
		expect(value(await keyFor(app, '2'.repeat(32), run))).toBe(app.alipayPublicKey);
		expect(run.sent).toHaveLength(0);
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
	const appOf = newApp;
	let numbers = 0;
	const newSn = () => `a${numbers++}`.padStart(32, '0');
	const asked = ({ sent }: ScriptedTransport) => sent.length;

	afterEach(() => void vi.useRealTimers());

	it('is used from then on, but not past its term', async () => {
		const [app, run] = [appOf(), runWith(handedOut)];
		value(await keyFor(app, renewed.sn, run));
		value(await keyFor(app, renewed.sn, run));
		expect(asked(run)).toBe(1);
		run.epochMs = Date.UTC(2051, 0, 1);
		expect(fault(await keyFor(app, renewed.sn, run)).message).toMatch(
			/and is expired; the one in the credential expired/,
		);
		expect(asked(run)).toBe(2);
	});

	it('is used by the next run, which asks for nothing', async () => {
		const app = appOf();
		value(await keyFor(app, renewed.sn, runWith(handedOut)));
		const next = runWith(noCertificate);
		const keys = createVerificationKeys(app, next);
		expect(keys.known(envelopeOf(renewed.sn))?.id).toBeDefined();
		expect(asked(next)).toBe(0);
	});

	it('is not downloaded by a response that finds it just learned', async () => {
		const [app, run] = [appOf(), runWith(handedOut)];
		const keys = createVerificationKeys(app, run);
		// Both met an unknown certificate before either could ask for it.
		const unknown = [keys.known(envelopeOf(renewed.sn)), keys.known(envelopeOf(renewed.sn))];
		expect(unknown).toEqual([null, null]);
		const first = value(await keys.fetched(envelopeOf(renewed.sn), 1));
		const second = value(await keys.fetched(envelopeOf(renewed.sn), 1));
		expect(second).toBe(first);
		expect(asked(run)).toBe(1);
	});

	it('is a request of its own, which makes way for new questions and has the same time', async () => {
		const run = runWith(handedOut);
		value(await keyFor(appOf(), renewed.sn, run));
		expect(run.admitted.map(({ isFirst }) => isFirst)).toEqual([false]);
		expect(run.sent[0]?.limits).toEqual({ timeoutMs: 1_000, responseBytes: 1024 * 1024 });
		expect(run.sent[0]?.request.body).toContain('method=alipay.open.app.alipaycert.download');
	});

	it('is not asked for once the run is over', async () => {
		const run = runWith(handedOut);
		run.end();
		expect(fault(await keyFor(appOf(), renewed.sn, run)).code).toBe('cancelled');
		expect(asked(run)).toBe(0);
	});

	it('is not trusted by a credential whose roots do not vouch for it', async () => {
		const [app, run] = [appOf(), runWith(handedOut)];
		value(await keyFor(app, renewed.sn, run));
		const { certificates } = app;
		if (!certificates) throw new Error('not in certificate mode');
		// It shares what was learned, and yet believes none of it.
		const stranger = { ...app, certificates: { ...certificates, roots: [] } };
		const found = fault(await keyFor(stranger, renewed.sn, run));
		expect(found.message).toContain('does not go back to the Alipay Root Certificate');
	});

	it.each([
		['that fails', () => localFault('gateway-timeout', 'No answer', 'Ask again.')],
		['that is refused', noCertificate],
	])('%s is shared by the items of a run that need it at once', async (_name, answer) => {
		const [run, sn] = [runWith(answer), newSn()];
		const keys = createVerificationKeys(appOf(), run);
		const found = await Promise.all(
			[1, 2, 3].map(async () => await keys.fetched(envelopeOf(sn), 1)),
		);
		expect(asked(run)).toBe(1);
		expect(new Set(found.map((one) => fault(one).message)).size).toBe(1);
	});

	it('is downloaded once for all responses of a client', async () => {
		const signedBy = (sn: string): Reply => {
			const node = '{"code":"10000","auth_no":"1","operation_id":"2"}';
			const sign = createSignature('sha256', Buffer.from(node), renewed.privateKey).toString(
				'base64',
			);
			return success(http(`{"${NODE}":${node},"alipay_cert_sn":"${sn}","sign":"${sign}"}`));
		};
		const run = scripted([
			({ body }) => (body.includes('alipaycert.download') ? handedOut() : signedBy(renewed.sn)),
		]);
		run.epochMs = TODAY;
		const client = createClient(appOf(), run);
		const call = { bizContent: { auth_no: '1', operation_id: '2' }, appAuthToken: '' };
		const found = await Promise.all(
			[1, 2, 3].map(
				async () =>
					await client.call(
						couponOperationQuery,
						{ ...call, timeoutMs: 1_000 },
						{ maxTries: 1, wait: null },
					),
			),
		);
		for (const { outcome, attempts } of found) {
			expect(value(outcome).alipay_cert_sn).toBe(renewed.sn);
			expect(attempts).toBe(1);
		}
		expect(asked(run)).toBe(3 + 1);
	});

	it('is not shared with another run, which may be cancelled', async () => {
		const cancelled = runWith(() => localFault('cancelled', 'Cancelled', 'Run it again.'));
		const [app, other, sn] = [appOf(), runWith(noCertificate), newSn()];
		const found = await Promise.all(
			[cancelled, other].map(async (run) => await keyFor(app, sn, run)),
		);
		expect(found.map((one) => fault(one).code)).toEqual([
			'cancelled',
			'alipay-certificate-unknown',
		]);
	});

	it('that is refused is not asked for again within a minute', async () => {
		vi.useFakeTimers({ toFake: ['performance'] });
		const [app, run, sn] = [appOf(), runWith(noCertificate), newSn()];
		const first = fault(await keyFor(app, sn, run));
		vi.advanceTimersByTime(59_999);
		expect(fault(await keyFor(app, sn, run))).toEqual(first);
		expect(asked(run)).toBe(1);
		vi.advanceTimersByTime(1);
		await keyFor(app, sn, run);
		expect(asked(run)).toBe(2);
	});

	it('that is refused is asked for at once with a corrected credential', async () => {
		const [run, sn] = [runWith(noCertificate), newSn()];
		await keyFor(appOf(), sn, run);
		await keyFor(appOf({ appAuthToken: 'corrected' }), sn, run);
		expect(asked(run)).toBe(2);
	});

	it.each([
		['20000', 'isp.unknow-error'],
		['40004', 'SYSTEM_ERROR'],
		['40004', 'ACQ.SYSTEM_ERROR'],
		['40005', 'isv.app-call-limited'],
	])('is asked for again when Alipay was busy: %s %s', async (code, sub_code) => {
		const busy = `{"error_response":{"code":"${code}","sub_code":"${sub_code}"}}`;
		const run = scripted([success(http(busy)), handedOut()], TODAY);
		const app = appOf();
		expect(fault(await keyFor(app, renewed.sn, run))).toMatchObject({ code, retryable: true });
		value(await keyFor(app, renewed.sn, run));
	});

	it.each(['gateway-timeout', 'cancelled'] as const)(
		'is asked for again after %s, which says nothing about it',
		async (name) => {
			const run = runWith(() => localFault(name, 'No answer', 'Ask again.'));
			const [app, sn] = [appOf(), newSn()];
			expect(fault(await keyFor(app, sn, run)).code).toBe(name);
			expect(fault(await keyFor(app, sn, run)).code).toBe(name);
			expect(asked(run)).toBe(2);
		},
	);
});

const otherKey = () => bare(own.privateKey, 'pkcs8');
