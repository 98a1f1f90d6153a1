import { sign as createSignature } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readApp, type App } from '../../alipay/application/app.ts';
import { createClient } from '../../alipay/client.ts';
import { localFault, success } from '../../alipay/errors/fault.ts';
import type { Envelope } from '../../alipay/message/response.ts';
import { couponOperationQuery } from '../../alipay/methods/couponOperationQuery.ts';
import type { Transport } from '../../alipay/transport.ts';
import { createVerificationKeys } from '../../alipay/verificationKey.ts';
import { expiryNotes } from '../../nodes/shared/advice.ts';
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
	readResponse,
	SETTINGS,
	value,
	words,
} from '../support/responses.mts';
import { temporaryFolder } from '../support/temporary.mts';
import { scripted, type Reply, type ScriptedTransport } from '../support/transport.mts';

let credential: SimulatorCertificateCredential;
let renewed: Signer;
let merchant: Signer;
/** Alipay's name first, then a merchant's. */
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

/** A certificate signed by the simulator's authority, with one more common name than Alipay's. */
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
	it('give the serial numbers that are sent and signed', () => {
		const { certificates } = value(readApp({ ...credential }, TODAY));
		expect(certificates?.app_cert_sn).toMatch(/^[0-9a-f]{32}$/);
		expect(certificates?.alipay_root_cert_sn).toMatch(/^[0-9a-f]{32}$/); // the ECDSA root is skipped
		expect(certificates?.alipay.commonNames[0]).toMatch(/-2088000000000001$/);
	});

	it.each([
		['has expired', Date.UTC(2051, 0, 1), /App Public Certificate .* expired on 20\d\d-\d\d-\d\d$/],
		[
			'is not yet valid',
			Date.UTC(2015, 0, 1),
			/App Public Certificate .* is not valid before 20\d\d-\d\d-\d\d$/,
		],
	])('are refused by name when the application certificate %s', (_name, moment, said) => {
		expect(fault(readApp({ ...credential }, moment)).message).toMatch(said);
	});

	it('are checked against the time of each reading, although they are read once', () => {
		const settings = { ...credential, appAuthToken: 'judged' };
		const app = value(readApp(settings, TODAY));
		expect(fault(readApp(settings, Date.UTC(2051, 0, 1))).message).toContain('expired on');
		expect(value(readApp(settings, TODAY))).toBe(app);
	});

	it('are refused when they do not belong to the private key', () => {
		const privateKey = credential.privateKey;
		const app = fault(readApp({ ...credential, privateKey: otherKey() }, TODAY));
		expect(app.message).toMatch(/App Public Certificate .* and the Private Key do not belong toge/);
		expect(app.solution).toMatch(
			/^If the Private Key is wrong, .* If the certificate is wrong: Paste/,
		);
		expect(app.message).not.toContain(privateKey.slice(0, 20));
	});

	it('can be pasted on one line with \\n as text', () => {
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

describe('a certificate that expires soon', () => {
	/** The simulator's certificates expire with the last second of 2049. */
	const notesAt = (...moment: [month: number, day: number, hour?: number]) => {
		const [month, day, hour = 0] = moment;
		const app = value(readApp({ ...credential }, TODAY));
		return expiryNotes(app, Date.UTC(2049, month - 1, day, hour));
	};

	it('is named from 30 days before its end, with what to do and what happens otherwise', () => {
		expect(notesAt(11, 30)).toEqual([]);
		expect(notesAt(12, 10)).toEqual([
			'The App Public Certificate of the credential expires on 2049-12-31 (in 21 days). Renew it in the Alipay console, then paste the new one into the credential. After that day, every request fails.',
			'The Alipay Public Certificate of the credential expires on 2049-12-31 (in 21 days). Download the new one from the Alipay console, and paste it into the credential.',
		]);
	});

	it.each([
		[12, 1, 0, 'in 30 days'],
		[12, 30, 12, 'in 1 day'],
		[12, 31, 12, 'in less than a day'],
	])('on %i-%i at %i:00: %s', (month, day, hour, said) => {
		expect(notesAt(month, day, hour)[0]).toContain(`expires on 2049-12-31 (${said}).`);
	});

	it('is not named after its end, and never in public-key mode', () => {
		const app = value(readApp({ ...credential }, TODAY));
		expect(expiryNotes(app, Date.UTC(2050, 0, 1))).toEqual([]);
		expect(expiryNotes(value(readApp({ ...SETTINGS }, TODAY)), Date.UTC(2049, 11, 10))).toEqual([]);
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

/** An application about which nothing is known yet. */
let apps = 0;
const newApp = (changes: object = {}): App =>
	value(readApp({ ...credential, appAuthToken: `another-${apps++}`, ...changes }, TODAY));

/** The key for a response as the client finds it: known, or downloaded. */
async function keyFor(app: App, sn: string, transport: Transport) {
	const keys = createVerificationKeys(app, transport);
	const known = keys.known(envelopeOf(sn));
	return known ? success(known) : await keys.fetched(envelopeOf(sn), 1_000);
}

describe('a response signed with a certificate that is not in the credential', () => {
	it.each([
		[
			'is returned under another number',
			() => '3'.repeat(32),
			() => credential.alipayPublicCert,
			/differs from the certificate that Alipay/,
		],
		['is not a certificate', () => '4'.repeat(32), () => 'nothing', /cannot be downloaded/],
		[
			'names a second owner',
			() => twoNames.sn,
			() => twoNames.chain,
			/has more than one common name/,
		],
		[
			'belongs to a merchant',
			() => merchant.sn,
			() => merchant.chain,
			/belongs to another company/,
		],
	])('is refused when the certificate %s', async (_name, sn, text, said) => {
		const key = await keyFor(
			newApp(),
			sn(),
			runWith(() => downloaded(text())),
		);
		expect(fault(key)).toMatchObject({ code: 'alipay-certificate-unknown' });
		expect(fault(key).message).toMatch(said);
	});

	it('names the pasted certificate when it has expired', async () => {
		const later = runWith(noCertificate, Date.UTC(2051, 0, 1));
		const key = await keyFor(newApp(), '1'.repeat(32), later);
		expect(fault(key).message).toMatch(/The certificate in the credential expired on/);
	});

	it('needs no download when it uses the pasted certificate, or when it is not signed', () => {
		const app = newApp();
		const keys = createVerificationKeys(app, runWith(noCertificate));
		expect(keys.known(envelopeOf(app.certificates?.alipay.sn ?? ''))).toBe(app.alipayPublicKey);
		expect(keys.known(envelopeOf('2'.repeat(32), ''))).toBe(app.alipayPublicKey);
		expect(keys.known(envelopeOf(''))).toBe(app.alipayPublicKey);
		expect(keys.known({ alipay_cert_sn: null, sign: 'x' } as Envelope)).toBe(app.alipayPublicKey);
		expect(keys.known(envelopeOf('2'.repeat(32)))).toBeNull();
	});

	it('is checked with the credential’s key in public-key mode, regardless of the certificate it names', async () => {
		const app = value(readApp({ ...SETTINGS }, TODAY));
		const run = runWith(noCertificate);
		expect(value(await keyFor(app, '2'.repeat(32), run))).toBe(app.alipayPublicKey);
		expect(run.sent).toHaveLength(0);
	});
});

describe('a response whose signature does not match', () => {
	const mismatch = (settings: object) => {
		const app = value(readApp({ ...settings }, TODAY));
		return words(fault(readResponse(http(envelope('{"code":"10000"}', 'AAAA')), METHOD, app)));
	};

	it('points to the Alipay Public Certificate', () => {
		expect(mismatch(credential)).toMatch(/the Alipay Public Certificate\. Download .* certificate/);
		expect(mismatch(credential)).not.toMatch(/public key/i);
	});

	it('points to the Alipay Public Key in public-key mode', () => {
		expect(mismatch(SETTINGS)).toMatch(/the Alipay Public Key\. Copy .* public key/);
		expect(mismatch(SETTINGS)).not.toMatch(/certificate/i);
	});
});

describe('a downloaded certificate', () => {
	const appOf = newApp;
	let numbers = 0;
	const newSn = () => `a${numbers++}`.padStart(32, '0');
	const requested = ({ sent }: ScriptedTransport) => sent.length;

	afterEach(() => void vi.useRealTimers());

	it('is used from then on, until it expires', async () => {
		const [app, run] = [appOf(), runWith(handedOut)];
		value(await keyFor(app, renewed.sn, run));
		value(await keyFor(app, renewed.sn, run));
		expect(requested(run)).toBe(1);
		run.epochMs = Date.UTC(2051, 0, 1);
		expect(fault(await keyFor(app, renewed.sn, run)).message).toMatch(
			/and it is expired\. The certificate in the credential expired/,
		);
		expect(requested(run)).toBe(2);
	});

	it('is used by the next run without a download', async () => {
		const app = appOf();
		value(await keyFor(app, renewed.sn, runWith(handedOut)));
		const next = runWith(noCertificate);
		const keys = createVerificationKeys(app, next);
		expect(keys.known(envelopeOf(renewed.sn))?.id).toBeDefined();
		expect(requested(next)).toBe(0);
	});

	it('is not downloaded again for a response that finds it just learned', async () => {
		const [app, run] = [appOf(), runWith(handedOut)];
		const keys = createVerificationKeys(app, run);
		// Both responses named an unknown certificate before either could download it.
		const unknown = [keys.known(envelopeOf(renewed.sn)), keys.known(envelopeOf(renewed.sn))];
		expect(unknown).toEqual([null, null]);
		const first = value(await keys.fetched(envelopeOf(renewed.sn), 1));
		const second = value(await keys.fetched(envelopeOf(renewed.sn), 1));
		expect(second).toBe(first);
		expect(requested(run)).toBe(1);
	});

	it('is a separate request, which lets new requests go first and has the same timeout', async () => {
		const run = runWith(handedOut);
		value(await keyFor(appOf(), renewed.sn, run));
		expect(run.admitted.map(({ isFirst }) => isFirst)).toEqual([false]);
		expect(run.sent[0]?.limits).toEqual({ timeoutMs: 1_000, responseBytes: 1024 * 1024 });
		expect(run.sent[0]?.request.body).toContain('method=alipay.open.app.alipaycert.download');
	});

	it('is not requested after the run is over', async () => {
		const run = runWith(handedOut);
		run.end();
		expect(fault(await keyFor(appOf(), renewed.sn, run)).code).toBe('canceled');
		expect(requested(run)).toBe(0);
	});

	it('is not trusted by a credential whose roots do not vouch for it', async () => {
		const [app, run] = [appOf(), runWith(handedOut)];
		value(await keyFor(app, renewed.sn, run));
		const { certificates } = app;
		if (!certificates) throw new Error('not in certificate mode');
		// This credential shares the cache, but trusts other roots.
		const stranger = { ...app, certificates: { ...certificates, roots: [] } };
		const found = fault(await keyFor(stranger, renewed.sn, run));
		expect(found.message).toContain('cannot be traced back to the Alipay Root Certificate');
	});

	it.each([
		['that fails', () => localFault('gateway-timeout', 'No response', 'Try again.')],
		['that is refused', noCertificate],
	])(
		'%s is shared by the items of a run that need it at the same time',
		async (_name, response) => {
			const [run, sn] = [runWith(response), newSn()];
			const keys = createVerificationKeys(appOf(), run);
			const found = await Promise.all(
				[1, 2, 3].map(async () => await keys.fetched(envelopeOf(sn), 1)),
			);
			expect(requested(run)).toBe(1);
			expect(new Set(found.map((one) => fault(one).message)).size).toBe(1);
		},
	);

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
		expect(requested(run)).toBe(3 + 1);
	});

	it('is not shared with another run, which can be canceled', async () => {
		const canceled = runWith(() => localFault('canceled', 'Canceled', 'Run it again.'));
		const [app, other, sn] = [appOf(), runWith(noCertificate), newSn()];
		const found = await Promise.all(
			[canceled, other].map(async (run) => await keyFor(app, sn, run)),
		);
		expect(found.map((one) => fault(one).code)).toEqual(['canceled', 'alipay-certificate-unknown']);
	});

	it('is not requested again within a minute after a refusal', async () => {
		vi.useFakeTimers({ toFake: ['performance'] });
		const [app, run, sn] = [appOf(), runWith(noCertificate), newSn()];
		const first = fault(await keyFor(app, sn, run));
		vi.advanceTimersByTime(59_999);
		expect(fault(await keyFor(app, sn, run))).toEqual(first);
		expect(requested(run)).toBe(1);
		vi.advanceTimersByTime(1);
		await keyFor(app, sn, run);
		expect(requested(run)).toBe(2);
	});

	it('is requested at once with a corrected credential after a refusal', async () => {
		const [run, sn] = [runWith(noCertificate), newSn()];
		await keyFor(appOf(), sn, run);
		await keyFor(appOf({ appAuthToken: 'corrected' }), sn, run);
		expect(requested(run)).toBe(2);
	});

	it.each([
		['20000', 'isp.unknow-error'],
		['40004', 'SYSTEM_ERROR'],
		['40004', 'ACQ.SYSTEM_ERROR'],
		['40005', 'isv.app-call-limited'],
	])('is requested again when Alipay was busy: %s %s', async (code, sub_code) => {
		const busy = `{"error_response":{"code":"${code}","sub_code":"${sub_code}"}}`;
		const run = scripted([success(http(busy)), handedOut()], TODAY);
		const app = appOf();
		expect(fault(await keyFor(app, renewed.sn, run))).toMatchObject({ code, retryable: true });
		value(await keyFor(app, renewed.sn, run));
	});

	it.each(['gateway-timeout', 'canceled'] as const)(
		'is requested again after %s, which says nothing about it',
		async (name) => {
			const run = runWith(() => localFault(name, 'No response', 'Try again.'));
			const [app, sn] = [appOf(), newSn()];
			expect(fault(await keyFor(app, sn, run)).code).toBe(name);
			expect(fault(await keyFor(app, sn, run)).code).toBe(name);
			expect(requested(run)).toBe(2);
		},
	);
});

const otherKey = () => bare(own.privateKey, 'pkcs8');
