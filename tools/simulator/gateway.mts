/** The simulated gateway: a loopback HTTP server that responds as openapi.alipay.com would. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CERTIFICATE_APP_ID, loadCertificates, loadTlsIdentity } from './certificates.mts';
import type { SimulatorCertificates } from './certificates.mts';
import { FAULTS, USUAL_FAULTS } from './faults.mts';
import type { FaultName } from './faults.mts';
import type { Fields, Fixture } from './fixture.mts';
import { METHOD } from './fixtures/couponOperation.mts';
import { GENERATED_COUNT } from './generated.mts';
import { bareKey, KEYS_FOLDER, loadEncryptKey, loadKeys } from './keys.mts';
import type { SimulatorKeys } from './keys.mts';
import { createListener } from './listener.mts';
import type { ReceivedRequest } from './listener.mts';
import { byMethod, readFixtures } from './readFixtures.mts';
import { createRouter } from './router.mts';
import { PATH } from './wire.mts';

export interface SimulatorOptions {
	/** Default 0: any free port. */
	port?: number;
	/** Every response waits this long. Default 0. */
	latencyMs?: number;
	/** 0 to 1: the share of otherwise correct requests that meet a passing fault. Default 0. */
	faultRate?: number;
	/** Which faults, in turn. Default USUAL_FAULTS, which come at once and pass. */
	faults?: readonly FaultName[];
	/** Queries a second, beyond which Alipay responds with 40005. Default: no limit. */
	callLimit?: number;
	/** How many responses about generated red packets to sign before the start. Default 0. */
	signedAhead?: number;
	/** Serve https with the certificate `caFile`. Default false. */
	tls?: boolean;
	/** More methods, or other records of the methods in the folder fixtures/. */
	fixtures?: readonly Fixture[];
	/** Where keys and certificates are kept. Default: `.keys` beside this file. */
	keysFolder?: string;
	/** The clock, ms since the epoch. Default Date.now. */
	now?: () => number;
	/** How far a request's timestamp may be from the clock, either way. Default 15. */
	timestampWindowMinutes?: number;
	/** Called once for each request when its response is decided. */
	onRequest?: (request: ReceivedRequest) => void;
}

/** The fields of the n8n credential, ready to fill in. */
export interface SimulatorCredential extends CredentialBase {
	keyMode: 'publicKey';
}

/** The same for the application in certificate mode; both have one application key pair. */
export interface SimulatorCertificateCredential extends CredentialBase {
	keyMode: 'certificate';
	/** PEM, one block. */
	appPublicCert: string;
	/** PEM: Alipay's certificate, then its issuer's. */
	alipayPublicCert: string;
	/** PEM: a block signed with ECDSA, to be skipped, then the root. */
	alipayRootPublicCert: string;
}

interface CredentialBase {
	environment: 'custom';
	gatewayUrl: string;
	appId: string;
	/** Application private key: bare base64 PKCS#8 on one line. */
	privateKey: string;
	/** Alipay's public key: bare base64 SPKI on one line. */
	alipayPublicKey: string;
	signType: 'RSA2';
	charset: 'utf-8';
	appAuthToken: '';
	/** HTTP Request and the check of the Alipay key send to the simulator only. */
	allowedHttpRequestDomains: 'domains';
	allowedDomains: '127.0.0.1';
}

export interface Simulator {
	/** http://127.0.0.1:PORT/gateway.do, or https */
	url: string;
	/** That of `credentials.publicKey`. */
	credential: SimulatorCredential;
	/** Both applications are served side by side. */
	credentials: { publicKey: SimulatorCredential; certificate: SimulatorCertificateCredential };
	/** AES key for either application's content: base64 of 16 bytes. Used when a request asks for it. */
	encryptKey: string;
	/** Newest last; only the last 20000 are kept. */
	requests: ReceivedRequest[];
	/** All requests since the start, also those no longer kept. */
	readonly totalRequests: number;
	/** Requests that have no response yet, and that the client has not given up. */
	readonly underWay: number;
	/** With `tls`: the file that NODE_EXTRA_CA_CERTS of a client must name. */
	caFile: string | null;
	/** The methods that it knows, besides the download of certificates. */
	methods: readonly string[];
	/**
	 * From now on the record of `method` that these numbers name has this status, since this moment of
	 * the simulator's clock. Default method: alipay.fund.coupon.operation.query. Throws an Error when the
	 * numbers name no record, and when its status cannot become this one: a final status never changes.
	 */
	settle: (numbers: Fields, status: string, method?: string) => void;
	/** Drops every connection and resolves when the port is free. Safe to call twice. */
	close: () => Promise<void>;
}

const APP_ID = '2021000000000001';
// Longer than a client keeps an idle connection, so that it never reuses one just being closed.
const KEEP_ALIVE_MS = 120_000;

/**
 * Starts a simulator on 127.0.0.1. Rejects with a RangeError for an impossible option, with Node's
 * own error (`EADDRINUSE`) when the port is taken, and with a plain Error for a damaged key file.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const settings = checked(options);
	const folder = options.keysFolder ?? KEYS_FOLDER;
	const keys = loadKeys(folder);
	const certificates = loadCertificates(folder, keys);
	const encryptKey = loadEncryptKey(folder);
	const { publicKey } = keys.application;
	const { requestSns } = certificates;
	const fixtures = new Map([
		...byMethod(await readFixtures()),
		...byMethod(options.fixtures ?? []),
	]);
	const router = createRouter({
		...settings,
		fixtures,
		defaultMethod: METHOD,
		applications: new Map([
			[APP_ID, { publicKey }],
			[CERTIFICATE_APP_ID, { publicKey, requestSns }],
		]),
		aesKey: Buffer.from(encryptKey, 'base64'),
		keys,
		certificates,
	});
	const listener = createListener(router, settings);
	const identity = options.tls ? loadTlsIdentity(folder) : null;
	const server = await openServer(options.port ?? 0, identity, listener.handle);
	const credentials = credentialsOf(server.url, keys, certificates);
	return {
		url: server.url,
		credential: credentials.publicKey,
		credentials,
		encryptKey,
		requests: listener.requests,
		get totalRequests() {
			return listener.total();
		},
		get underWay() {
			return listener.underWay();
		},
		caFile: identity?.file ?? null,
		methods: [...fixtures.keys()],
		settle: (numbers, status, method = METHOD) => router.settle(method, numbers, status),
		async close() {
			listener.close();
			await server.close();
		},
	};
}

/** Listens on 127.0.0.1; with `identity` by https. */
async function openServer(
	port: number,
	identity: ReturnType<typeof loadTlsIdentity> | null,
	handle: RequestListener,
) {
	const http = { keepAliveTimeout: KEEP_ALIVE_MS };
	const server = identity
		? createHttpsServer({ ...http, ...identity }, handle)
		: createHttpServer(http, handle);
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	const scheme = identity ? 'https' : 'http';
	return {
		url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
		async close() {
			if (!server.listening) return;
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

/** The options with defaults; throws a RangeError for one that cannot be. */
function checked(options: SimulatorOptions) {
	const { latencyMs = 0, faultRate = 0, now = Date.now, onRequest } = options;
	const { faults = USUAL_FAULTS, callLimit = Infinity, signedAhead = 0 } = options;
	const { timestampWindowMinutes = 15 } = options;
	if (!(faultRate >= 0 && faultRate <= 1)) throw new RangeError('faultRate must be from 0 to 1');
	if (!faults.length || !faults.every((name) => Object.hasOwn(FAULTS, name)))
		throw new RangeError(`faults must be among ${Object.keys(FAULTS).join(', ')}`);
	if (!(callLimit > 0)) throw new RangeError('callLimit must be above 0');
	if (!(latencyMs >= 0)) throw new RangeError('latencyMs must be 0 or more');
	if (!(signedAhead >= 0 && signedAhead <= GENERATED_COUNT))
		throw new RangeError(`signedAhead must be from 0 to ${GENERATED_COUNT}`);
	if (!(timestampWindowMinutes > 0)) throw new RangeError('timestampWindowMinutes must be above 0');
	return {
		latencyMs,
		faultRate,
		now,
		onRequest,
		faults,
		callLimit,
		signedAhead,
		timestampWindowMinutes,
	};
}

function credentialsOf(
	gatewayUrl: string,
	keys: SimulatorKeys,
	{ files }: SimulatorCertificates,
): Simulator['credentials'] {
	const publicKey: SimulatorCredential = {
		environment: 'custom',
		gatewayUrl,
		appId: APP_ID,
		keyMode: 'publicKey',
		privateKey: bareKey(keys.application.privateKey),
		alipayPublicKey: bareKey(keys.alipay.publicKey),
		signType: 'RSA2',
		charset: 'utf-8',
		appAuthToken: '',
		allowedHttpRequestDomains: 'domains',
		allowedDomains: '127.0.0.1',
	};
	const certificate: SimulatorCertificateCredential = {
		...publicKey,
		...files,
		appId: CERTIFICATE_APP_ID,
		keyMode: 'certificate',
	};
	return { publicKey, certificate };
}
