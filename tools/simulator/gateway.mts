/** The simulated gateway: a loopback HTTP server that answers as openapi.alipay.com would. */
import { once, setMaxListeners } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FinalStatus, Reference } from './book.mts';
import { BULK_SIZE } from './bulk.mts';
import { CERTIFICATE_APP_ID, loadCertificates, loadTlsIdentity } from './certificates.mts';
import { FAULTS, USUAL_FAULTS } from './cues.mts';
import type { FaultName } from './cues.mts';
import { createDesk } from './desk.mts';
import type { Desk } from './desk.mts';
import { bareKey, KEYS_FOLDER, loadEncryptKey, loadKeys } from './keys.mts';
import type { SimulatorKeys } from './keys.mts';
import { readParams } from './request.mts';
import type { GatewayParams } from './request.mts';
import { deliver, httpRefusal, PATH, readBody } from './wire.mts';

export interface SimulatorOptions {
	/** Default 0: any free port. */
	port?: number;
	/** Every answer waits this long. Default 0. */
	latencyMs?: number;
	/** 0 to 1: the share of otherwise correct requests that meets a transient fault. Default 0. */
	faultRate?: number;
	/** Which faults, in turn. Default USUAL_FAULTS, which come at once and pass. */
	faults?: readonly FaultName[];
	/** Queries a second, beyond which Alipay answers 40005. Default: no limit. */
	callLimit?: number;
	/** How many answers of the generated operations to sign before the start. Default 0. */
	signedAhead?: number;
	/** Serve https with a certificate of its own, `caFile`. Default false. */
	tls?: boolean;
	/** Where keys and certificates are kept. Default: `.keys` beside this file. */
	keysFolder?: string;
	/** The clock, ms since the epoch. Default Date.now. */
	now?: () => number;
	/** How far a request's timestamp may be from the clock, either way. Default 15. */
	timestampWindowMinutes?: number;
	/** Called once for each request when its answer is decided. */
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

export interface ReceivedRequest extends GatewayParams {
	/** 1, 2, 3… since the start. */
	number: number;
	method: string;
	path: string;
	headers: IncomingMessage['headers'];
	/** ms since the epoch. */
	receivedAt: number;
	/** Also sent as the `trace_id` header. */
	traceId: string;
	/** The numbers that counted, `order/operation`; blank when there were none. */
	numbers: string;
	/** A few words for people: `10000 SUCCESS`, `40004 AUTH_ORDER_NOT_EXIST`, `reset`… */
	outcome: string;
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
	/** Requests that came and are neither answered nor given up by the client. */
	readonly underWay: number;
	/** With `tls`: the file that NODE_EXTRA_CA_CERTS of a client must name. */
	caFile: string | null;
	/**
	 * From now on the operation that these numbers name, by either pair, has this status, and this moment
	 * of the simulator's clock as its gmt_trans. Throws an Error when they name no operation, and when it
	 * has a final status already: Alipay never changes one.
	 */
	settle(numbers: Partial<Reference>, status: FinalStatus): void;
	/** Drops every connection and resolves when the port is free. Safe to call twice. */
	close(): Promise<void>;
}

const APP_ID = '2021000000000001';
const KEPT_REQUESTS = 20_000;
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
	const desk = createDesk({
		...settings,
		applications: new Map([
			[APP_ID, { publicKey }],
			[CERTIFICATE_APP_ID, { publicKey, requestSns }],
		]),
		aesKey: Buffer.from(encryptKey, 'base64'),
		...{ keys, certificates },
	});
	const reception = openReception(desk, settings);
	const identity = options.tls ? loadTlsIdentity(folder) : null;
	const http = { keepAliveTimeout: KEEP_ALIVE_MS };
	const server = identity
		? createHttpsServer({ ...http, ...identity }, reception.listener)
		: createHttpServer(http, reception.listener);
	server.listen(options.port ?? 0, '127.0.0.1');
	await once(server, 'listening');

	const scheme = identity ? 'https' : 'http';
	const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
	const credential = credentialOf(url, keys);
	const { files } = certificates;
	return {
		url,
		credential,
		credentials: {
			publicKey: credential,
			certificate: {
				...credential,
				...{ appId: CERTIFICATE_APP_ID, keyMode: 'certificate', ...files },
			},
		},
		encryptKey,
		requests: reception.requests,
		get totalRequests() {
			return reception.total();
		},
		get underWay() {
			return reception.underWay();
		},
		caFile: identity?.file ?? null,
		settle: desk.settle,
		async close() {
			reception.close();
			if (!server.listening) return;
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

type Settings = ReturnType<typeof checked>;

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
	if (!(signedAhead >= 0 && signedAhead <= BULK_SIZE))
		throw new RangeError(`signedAhead must be from 0 to ${BULK_SIZE}`);
	if (!(timestampWindowMinutes > 0)) throw new RangeError('timestampWindowMinutes must be above 0');
	return {
		...{ latencyMs, faultRate, now, onRequest },
		...{ faults, callLimit, signedAhead, timestampWindowMinutes },
	};
}

/** Takes requests in, asks the desk, and sends what it decides; keeps count of it. */
function openReception(desk: Desk, { now, latencyMs, onRequest }: Settings) {
	const requests: ReceivedRequest[] = [];
	let total = 0;
	let underWay = 0;
	const closing = new AbortController();
	setMaxListeners(0, closing.signal); // one a waiting request

	async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
		const number = ++total;
		underWay++;
		response.once('close', () => underWay--);
		const receivedAt = now();
		const method = message.method ?? '';
		const url = new URL(message.url ?? '/', 'http://gateway');
		const body = await readBody(message);
		// A servlet reads parameters from a body of this content type only.
		const isForm = message.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
		const params = readParams(url.search, (isForm && body) || Buffer.alloc(0));
		const decision = httpRefusal(method, url.pathname, body) ?? desk.decide(params, number);

		const traceId = traceIdOf(receivedAt, number);
		const received: ReceivedRequest = {
			...params.texts,
			...{ number, method, receivedAt, traceId, path: url.pathname },
			headers: message.headers,
			numbers: decision.numbers,
			outcome: decision.outcome,
		};
		requests.push(received);
		if (requests.length > KEPT_REQUESTS) requests.shift();
		onRequest?.(received);

		const { delivery } = decision;
		const pause = latencyMs + (typeof delivery === 'object' ? (delivery.delayMs ?? 0) : 0);
		if (pause > 0) await delay(pause, undefined, { signal: closing.signal });
		deliver(delivery, response, traceId, params.charset);
	}

	return {
		requests,
		total: () => total,
		underWay: () => underWay,
		close: () => closing.abort(),
		listener: (message: IncomingMessage, response: ServerResponse) => {
			serve(message, response).catch((error: NodeJS.ErrnoException) => {
				response.destroy();
				// The connection has a code for it (the client hung up, the simulator is closing); a mistake
				// in this program has none, and must not look like a network fault.
				if (error.code === undefined) throw error;
			});
		},
	};
}

function credentialOf(gatewayUrl: string, keys: SimulatorKeys): SimulatorCredential {
	return {
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
}

/** 32 digits like Alipay's: the machine's address, the time, a running number. Unique in a run. */
function traceIdOf(receivedAt: number, number: number): string {
	const time = String(Math.floor(receivedAt)).padStart(13, '0');
	return `7f000001${time}${String(number).padStart(11, '0')}`;
}
