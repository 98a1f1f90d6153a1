/** The options of a simulator, and its interface. */
import type { FaultName } from './faults.mts';
import type { Fields, Fixture } from './fixture.mts';
import type { ReceivedRequest } from './listener.mts';
import type { NotifyOptions } from './notifications.mts';
import type { Attempt, Delivery } from './sender.mts';

export interface SimulatorOptions {
	/** Default 0: any free port. */
	port?: number;
	/** The delay of every response. Default 0. */
	latencyMs?: number;
	/** 0 to 1: the share of correct requests that get a fault. Default 0. */
	faultRate?: number;
	/** The faults, in turn. Default USUAL_FAULTS, which are immediate and temporary. */
	faults?: readonly FaultName[];
	/** Queries per second. Above the limit, the response is 40005. Default: no limit. */
	rateLimit?: number;
	/** How many responses about generated red packets to sign in advance. Default 0. */
	signedAhead?: number;
	/** Methods for which the applications do not have permission. Default: none. */
	without?: readonly string[];
	/** Serve https with the certificate `caFile`. Default false. */
	tls?: boolean;
	/** More methods, or other records of the methods in the folder fixtures/. */
	fixtures?: readonly Fixture[];
	/** The folder of keys and certificates. Default: `.keys` beside this file. */
	keysFolder?: string;
	/** The clock, ms since the epoch. Default Date.now. */
	now?: () => number;
	/** How far a request's timestamp may be before or after the clock. Default 15. */
	timestampWindowMinutes?: number;
	/** The URL for notifications, for example of a webhook. Default: none are sent. */
	notifyUrl?: string;
	/** Divides Alipay's pauses before it sends a notification again. Default 1. */
	notifyFaster?: number;
	/** Called after each attempt to deliver a notification. */
	onNotification?: (delivery: Delivery, attempt: Attempt) => void;
	/** Called once for each request when its response is decided. */
	onRequest?: (request: ReceivedRequest) => void;
}

/** The fields of the n8n credential, ready to fill in. */
export interface SimulatorCredential extends CredentialBase {
	keyMode: 'publicKey';
}

/** The fields for the application in certificate mode. Both applications have the same key pair. */
export interface SimulatorCertificateCredential extends CredentialBase {
	keyMode: 'certificate';
	/** PEM, one block. */
	appPublicCert: string;
	/** PEM: Alipay's certificate, then its issuer's. */
	alipayPublicCert: string;
	/** PEM: an ECDSA block that a client must skip, then the root. */
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
	/** HTTP Request and the check of the Alipay key may only send to the simulator. */
	allowedHttpRequestDomains: 'domains';
	allowedDomains: '127.0.0.1';
}

export interface Simulator {
	/** http://127.0.0.1:PORT/gateway.do, or https */
	url: string;
	/** The same as `credentials.publicKey`. */
	credential: SimulatorCredential;
	/** Both applications are served side by side. */
	credentials: { publicKey: SimulatorCredential; certificate: SimulatorCertificateCredential };
	/** The AES key of both applications, for encrypted requests: base64 of 16 bytes. */
	encryptKey: string;
	/** The last 20000 requests, newest last. */
	requests: ReceivedRequest[];
	/** The number of all requests since the start. */
	readonly totalRequests: number;
	/** The number of all requests for a method since the start, also those that failed. */
	countOf: (method: string) => number;
	/** The number of requests without a response, except those that the client has given up. */
	readonly inProgress: number;
	/** With `tls`: the file for NODE_EXTRA_CA_CERTS of a client. */
	caFile: string | null;
	/** The methods of the simulator, besides the download of certificates. */
	methods: readonly string[];
	/**
	 * Gives this status to the record of `method` with these numbers, from this moment of the simulator's
	 * clock. Default method: alipay.fund.coupon.operation.query. Throws an Error if no record has these
	 * numbers, or if its status cannot become this status. A final status never changes.
	 */
	settle: (numbers: Fields, status: string, method?: string) => void;
	/**
	 * Sends a notification about the current state of the record with these numbers, genuine or forged. With
	 * `notifyUrl`, a change of status also sends one. Throws an Error if the record does not exist, or without a URL.
	 */
	notify: (numbers: Fields, options?: NotifyOptions) => Delivery;
	/** Posts the last body of a delivery again. */
	replay: (delivery: Delivery) => Delivery;
	/** All notifications since the start, newest last. */
	deliveries: readonly Delivery[];
	/** Closes all connections. Resolves when the port is free. Safe to call twice. */
	close: () => Promise<void>;
}
