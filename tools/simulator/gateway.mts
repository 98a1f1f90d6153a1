/** The simulated gateway: a local HTTP server that responds like openapi.alipay.com. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CERTIFICATE_APP_ID, loadCertificates, loadTlsIdentity } from './certificates.mts';
import type { SimulatorCertificates } from './certificates.mts';
import { FAULTS, USUAL_FAULTS } from './faults.mts';
import { METHOD } from './fixtures/couponOperation.mts';
import type { Fixture } from './fixture.mts';
import { GENERATED_COUNT } from './generated.mts';
import { bareKey, KEYS_FOLDER, loadEncryptKey, loadKeys } from './keys.mts';
import type { SimulatorKeys } from './keys.mts';
import { createListener } from './listener.mts';
import { byMethod, readFixtures } from './readFixtures.mts';
import { createControl } from './control.mts';
import { createNotifications } from './notifications.mts';
import { createRouter } from './router.mts';
import type {
	Simulator,
	SimulatorCertificateCredential,
	SimulatorCredential,
	SimulatorOptions,
} from './simulator.mts';
import { PATH } from './wire.mts';

export type {
	Simulator,
	SimulatorCertificateCredential,
	SimulatorCredential,
	SimulatorOptions,
} from './simulator.mts';

const APP_ID = '2021000000000001';
// Longer than a client keeps an idle connection, so that a client never reuses a connection that is closing.
const KEEP_ALIVE_MS = 120_000;

/**
 * Starts a simulator on 127.0.0.1. Rejects with a RangeError for an invalid option, with Node's error
 * (`EADDRINUSE`) if the port is in use, and with an Error for a damaged key file.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const settings = checked(options);
	const folder = options.keysFolder ?? KEYS_FOLDER;
	const world = await readWorld(folder, options.fixtures);
	const { keys, certificates, encryptKey, fixtures } = world;
	const { publicKey } = keys.application;
	const { requestSns } = certificates;
	const router = createRouter({
		...settings,
		...world,
		without: new Set(known(options.without ?? [], fixtures)),
		defaultMethod: METHOD,
		applications: new Map([
			[APP_ID, { publicKey }],
			[CERTIFICATE_APP_ID, { publicKey, requestSns }],
		]),
		aesKey: Buffer.from(encryptKey, 'base64'),
	});
	const listener = createListener(router, settings);
	const { notifyUrl: url, notifyFaster: faster = 1, onNotification: onAttempt } = options;
	const notifications = createNotifications({
		...{ ...settings, ...world, router, url, faster, onAttempt },
		defaultMethod: METHOD,
		appId: APP_ID,
	});
	const { settle, notify, replay, deliveries } = notifications;
	const control = createControl({ settle, notify, replay, deliveries });
	const identity = options.tls ? loadTlsIdentity(folder) : null;
	const server = await openServer(options.port ?? 0, identity, (request, response) => {
		if (!control(request, response)) listener.handle(request, response);
	});
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
		countOf: listener.countOf,
		get inProgress() {
			return listener.inProgress();
		},
		caFile: identity?.file ?? null,
		methods: [...fixtures.keys()],
		settle,
		notify,
		replay,
		deliveries,
		async close() {
			notifications.close();
			listener.close();
			await server.close();
		},
	};
}

/** Keys, certificates and records. They are the same for every simulator that uses the folder. */
async function readWorld(folder: string, more: readonly Fixture[] = []) {
	const keys = loadKeys(folder);
	return {
		keys,
		certificates: loadCertificates(folder, keys),
		encryptKey: loadEncryptKey(folder),
		fixtures: new Map([...byMethod(await readFixtures()), ...byMethod(more)]),
	};
}

/** Returns `methods`. Throws a RangeError if a method does not have a fixture. */
function known(methods: readonly string[], fixtures: ReadonlyMap<string, Fixture>) {
	const unknown = methods.find((method) => !fixtures.has(method));
	if (unknown === undefined) return methods;
	throw new RangeError(`without must be among ${[...fixtures.keys()].join(', ')}, not ${unknown}`);
}

/** Listens on 127.0.0.1. Uses https if there is an `identity`. */
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

/** The options with defaults. Throws a RangeError for an invalid option. */
function checked(options: SimulatorOptions) {
	const { latencyMs = 0, faultRate = 0, now = Date.now, onRequest } = options;
	const { faults = USUAL_FAULTS, rateLimit = Infinity, signedAhead = 0 } = options;
	const { timestampWindowMinutes = 15 } = options;
	if (!(faultRate >= 0 && faultRate <= 1)) throw new RangeError('faultRate must be from 0 to 1');
	if (!faults.length || !faults.every((name) => Object.hasOwn(FAULTS, name)))
		throw new RangeError(`faults must be among ${Object.keys(FAULTS).join(', ')}`);
	if (!(rateLimit > 0)) throw new RangeError('rateLimit must be above 0');
	if (!(latencyMs >= 0)) throw new RangeError('latencyMs must be 0 or more');
	if (!(signedAhead >= 0 && signedAhead <= GENERATED_COUNT))
		throw new RangeError(`signedAhead must be from 0 to ${GENERATED_COUNT}`);
	if (!((options.notifyFaster ?? 1) > 0)) throw new RangeError('notifyFaster must be above 0');
	if (!(timestampWindowMinutes > 0)) throw new RangeError('timestampWindowMinutes must be above 0');
	return {
		latencyMs,
		faultRate,
		now,
		onRequest,
		faults,
		rateLimit,
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
