import { CHARSETS, type Charset } from '../text/charset';
import { readCertificates, termFault, type AppCertificates } from './appCertificates';
import { textOf } from '../text/textOf';
import { Cache } from '../cache';
import type { Certificate } from './certificate';
import { readContentKey, type ContentKey } from './contentKey';
import { localFault, success, type Fault, type Outcome } from '../errors/fault';
import {
	readAlipayPublicKey,
	readPrivateKey,
	refuseOwnPublicKey,
	SIGN_TYPES,
	type PrivateKey,
	type PublicKey,
	type SignType,
} from './keys';
import { refuseExposed } from './pasted';
import { GATEWAYS, readAddress, readAppAuthToken, readAppId } from './shortFields';

export { GATEWAYS };

/** One Alipay application, ready to sign requests and to verify responses. */
export interface App {
	gatewayUrl: string;
	appId: string;
	privateKey: PrivateKey;
	/** In certificate mode, the key of the pasted Alipay certificate. */
	alipayPublicKey: PublicKey;
	/** Certificate mode only. */
	certificates: AppCertificates | null;
	/** Encrypts biz_content and decrypts responses. Null if content encryption is off. */
	contentKey: ContentKey | null;
	signType: SignType;
	charset: Charset;
	/** app_auth_token of a merchant that authorized this (third-party) application, or ''. */
	appAuthToken: string;
	learned: Learned;
}

/** A certificate downloaded from Alipay, with the certificates that issued it. */
export interface Downloaded {
	chain: readonly [Certificate, ...Certificate[]];
	key: PublicKey;
}

/** What the node has learned about an application from earlier requests. */
interface Learned {
	/** Downloaded Alipay certificates, by serial-number digest. */
	certificates: Cache<string, Downloaded>;
	/** Refused certificates, so that not every response starts another download. */
	refusals: Cache<string, Fault>;
	/** A lookup for a renewed certificate, after a notification whose signature matched no known certificate. */
	renewal: Cache<'looked for', Promise<unknown>>;
	/** The last check of the keys. Null before the first check. */
	keyCheck: KeyCheck | null;
}

interface KeyCheck {
	/** Why the keys are not proven, or null if they are proven. */
	fault: Promise<Fault | null>;
	/** `remembered`: proven, and relied on since by a later request. */
	state: 'in progress' | 'refused' | 'proven' | 'remembered';
}

const HOUR_MS = 3_600_000;

const nothingLearned = (): Learned => ({
	certificates: new Cache({ entries: 10, ms: HOUR_MS }),
	refusals: new Cache({ entries: 10, ms: 60_000 }),
	renewal: new Cache({ entries: 1, ms: 600_000 }),
	keyCheck: null,
});

/** Cached by their stored settings, because reading keys and certificates takes milliseconds. */
const APPLICATIONS = new Cache<AppSettings, Outcome<App>>({ entries: 200, ms: HOUR_MS });

const KEY_MODES = ['publicKey', 'certificate'] as const;

/** The fields of each mode that the form does not hide. */
const SHOWN = {
	publicKey: ['alipayPublicKey'],
	certificate: ['appPublicCert', 'alipayPublicCert', 'alipayRootPublicCert'],
} as const;

/** The stored credential: what the form of `alipayApi` saves, unchecked. */
export type AppSettings = Readonly<Record<string, unknown>>;

const refuse = (field: string, found: string, solution: string) =>
	localFault('invalid-credential', `The ${field} of the credential ${found}`, solution);

/**
 * Checks a stored credential and reads its keys, for use at `epochMs` (certificates expire).
 * Every fault names the field and what to enter there.
 */
export function readApp(settings: AppSettings, epochMs: number): Outcome<App> {
	const app = APPLICATIONS.of(settings, () => parseApp(settings));
	const certificates = app.ok ? app.value.certificates : null;
	return (certificates && termFault(certificates, epochMs)) ?? app;
}

function parseApp(settings: AppSettings): Outcome<App> {
	const pasted = (name: string) => textOf(settings[name]);
	const text = (name: string) => pasted(name).trim();

	const keyMode = oneOf(KEY_MODES, text('keyMode') || 'publicKey');
	if (!keyMode) return refuse('Key Mode', 'is unknown', 'Choose Public Key or Certificate.');
	// First, because everyone who opens the form can read these fields.
	const exposed = refuseExposed(SHOWN[keyMode], pasted);
	if (exposed) return exposed;

	const gatewayUrl = readGatewayUrl(text('environment'), pasted('gatewayUrl'));
	if (!gatewayUrl.ok) return gatewayUrl;

	const appId = readAppId(settings.appId);
	if (!appId.ok) return appId;
	const appAuthToken = readAppAuthToken(pasted('appAuthToken'));
	if (!appAuthToken.ok) return appAuthToken;

	const signType = oneOf(SIGN_TYPES, text('signType') || 'RSA2');
	if (!signType) return refuse('Sign Type', 'is unknown', 'Choose RSA2 or RSA.');
	const charset = oneOf(CHARSETS, text('charset') || 'utf-8');
	if (!charset) return refuse('Charset', 'is unknown', 'Choose utf-8, gbk or gb2312.');

	const contentKey = readContentKey(pasted('encryptKey'));
	if (!contentKey.ok) return contentKey;
	const privateKey = readPrivateKey(pasted('privateKey'));
	if (!privateKey.ok) return privateKey;

	const trust =
		keyMode === 'certificate'
			? readCertificates(pasted, appId.value, privateKey.value)
			: readTrustedKey(pasted('alipayPublicKey'), privateKey.value);
	if (!trust.ok) return trust;

	return success({
		gatewayUrl: gatewayUrl.value,
		appId: appId.value,
		privateKey: privateKey.value,
		...trust.value,
		contentKey: contentKey.value,
		signType,
		charset,
		appAuthToken: appAuthToken.value,
		learned: nothingLearned(),
	});
}

function readTrustedKey(
	pasted: string,
	own: PrivateKey,
): Outcome<Pick<App, 'alipayPublicKey' | 'certificates'>> {
	const key = readAlipayPublicKey(pasted);
	if (!key.ok) return key;
	const foreign = refuseOwnPublicKey('alipayPublicKey', own, key.value);
	return foreign.ok ? success({ alipayPublicKey: foreign.value, certificates: null }) : foreign;
}

function readGatewayUrl(environment: string, customUrl: string): Outcome<string> {
	if (environment !== 'custom') {
		return isKnown(environment)
			? success(GATEWAYS[environment])
			: refuse('Environment', 'is unknown', 'Choose Production, Sandbox or Custom.');
	}
	return readAddress(customUrl);
}

const isKnown = (environment: string): environment is keyof typeof GATEWAYS =>
	Object.hasOwn(GATEWAYS, environment);

function oneOf<T extends string>(allowed: readonly T[], value: string): T | undefined {
	return allowed.find((candidate) => candidate === value);
}
