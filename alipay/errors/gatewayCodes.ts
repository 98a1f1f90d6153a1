import { configuration, credential, limit, outage, permission, WAIT, type Code } from './code';

/**
 * The meaning of the gateway's own codes. The business codes of 40004 belong to their methods
 * (alipay/methods/). Messages replace "this API" with the name of the method.
 *
 * Source: Alipay's "common error codes" page (opendocs common/02km9f).
 */

const SLOWER =
	'Lower Concurrency or set Requests per Second in the node. Then run the workflow again.';
const REAUTHORIZE =
	'Ask the merchant to authorize your application again. Then paste the new app_auth_token into App Auth Token.';
const CHECK_PAIR =
	'Compare the App ID and the Private Key in the credential with the application in the Alipay console. The application public key that you uploaded there must belong to this private key.';
const OPEN_PRODUCT =
	'In the Alipay console, open the application and add the product that contains this API. Then wait until Alipay approves it.';
const SIGN_UP =
	'Ask the merchant to sign up for the product that contains this API, and to authorize your application again.';
const USE_CERTIFICATES =
	'In the credential, set Key Mode to Certificate and paste the text of the three .crt files.';
const USE_ENCRYPT_KEY =
	'Copy the content encryption key (AES) of this application from the Alipay console. Paste it into Encrypt Key in the credential.';
/** For parameters that the node writes: the operator cannot fix them. */
export const REPORT =
	'Update the node. If this continues, report the sub_code and the trace ID to the maintainers of the node.';

interface CodeGroup {
	/** For a sub_code that is unknown or missing. */
	general: Code;
	/** By sub_code, without an `ACQ.` prefix. */
	subCodes: Readonly<Record<string, Code>>;
}

/** By gateway code. 10000 means success. */
export const CATALOGUE: Readonly<Record<string, CodeGroup>> = {
	'10003': {
		general: outage(
			'The payment is not finished: the payer has not confirmed it yet',
			'Do not send it again. Look it up until it is paid or closed. Do not deliver goods before that.',
		),
		subCodes: {},
	},
	'20000': {
		general: outage('Alipay was unavailable', WAIT),
		subCodes: {
			'isp.unknow-error': outage('Alipay was unavailable', WAIT),
			'aop.unknow-error': outage('Alipay was unavailable', WAIT),
		},
	},
	'20001': {
		general: credential('The authorization does not allow this request', REAUTHORIZE),
		subCodes: {
			'aop.invalid-auth-token': credential('The access token is not valid', REAUTHORIZE),
			'aop.auth-token-time-out': credential('The access token has expired', REAUTHORIZE),
			'aop.invalid-app-auth-token': credential('The App Auth Token is not valid', REAUTHORIZE),
			'aop.invalid-app-auth-token-no-api': permission(
				'The App Auth Token does not allow calls to this API',
				REAUTHORIZE,
			),
			'aop.app-auth-token-time-out': credential('The App Auth Token has expired', REAUTHORIZE),
			'aop.no-product-reg-by-partner': permission(
				'The merchant has not signed up for any product',
				SIGN_UP,
			),
		},
	},
	'40001': {
		general: configuration('Alipay did not receive a required parameter', REPORT),
		subCodes: {
			'isv.missing-method': configuration('Alipay did not receive the parameter method', REPORT),
			'isv.missing-signature': configuration('Alipay did not receive the parameter sign', REPORT),
			'isv.missing-signature-type': configuration(
				'Alipay did not receive the parameter sign_type',
				REPORT,
			),
			'isv.missing-timestamp': configuration(
				'Alipay did not receive the parameter timestamp',
				REPORT,
			),
			'isv.missing-version': configuration('Alipay did not receive the parameter version', REPORT),
			'isv.missing-app-id': credential(
				'The App ID is missing',
				'Fill in the App ID in the credential.',
			),
			'isv.missing-signature-key': credential(
				'The application has no public key at Alipay',
				'In the Alipay console, upload the application public key that belongs to this private key.',
			),
			'isv.missing-app-cert-sn': credential(
				'The application uses certificates, but this credential uses a public key',
				USE_CERTIFICATES,
			),
			'isv.missing-alipay-root-cert-sn': credential(
				'The application uses certificates, but this credential uses a public key',
				USE_CERTIFICATES,
			),
			'isv.missing-encrypt-key': credential(
				'The application requires encrypted content, but Alipay has no key for it',
				'Set the content encryption key (AES) in the Alipay console. Then paste it into Encrypt Key in the credential.',
			),
			'isv.decryption-error-missing-encrypt-type': credential(
				'The application requires encrypted content',
				USE_ENCRYPT_KEY,
			),
		},
	},
	'40002': {
		general: configuration(
			'Alipay does not accept a parameter',
			'Check the App ID, the Sign Type and the numbers of the request.',
		),
		subCodes: {
			'isv.invalid-signature': credential('Alipay does not accept the signature', CHECK_PAIR),
			'isv.invalid-signature-type': credential(
				'Alipay does not accept the Sign Type',
				'Set Sign Type to RSA2 in the credential.',
			),
			'isv.invalid-app-id': credential(
				'Alipay does not have an application with this App ID',
				'Check the App ID and the Environment in the credential. A sandbox application exists only in the sandbox.',
			),
			'not-online-app': credential(
				'The application is not online',
				'Submit the application for review in the Alipay console. Then wait until it is online.',
			),
			'isv.app-cert-not-exist': credential(
				'Alipay does not recognize the certificate of the application',
				'Download appCertPublicKey_….crt from the Alipay console again. Paste its text into App Public Certificate.',
			),
			'isv.invalid-alipay-root-cert-sn': credential(
				'Alipay does not accept the root certificate',
				'Download alipayRootCert.crt from the Alipay console again. Paste its whole text into Alipay Root Certificate.',
			),
			'app-cert-expired': credential(
				'The certificate of the application has expired',
				'Renew it in the Alipay console. Then paste the new files into the credential.',
			),
			'isv.invalid-encrypt-type': credential(
				'Alipay does not accept encrypted content from this application',
				'Set up content encryption (AES) in the Alipay console, or clear Encrypt Key in the credential.',
			),
			'isv.invalid-charset': credential(
				'Alipay does not accept the charset',
				'Set Charset to utf-8 in the credential.',
			),
			'isv.invalid-timestamp': configuration(
				'Alipay does not accept the time of the request',
				'Set the clock of this machine to the right time. The time zone does not matter.',
			),
			'isv.not-support-app-auth': credential(
				'You cannot use an App Auth Token with this API',
				'Clear the App Auth Token.',
			),
			'isv.code-invalid': credential('The authorization code is not valid', REAUTHORIZE),
			'isv.forbidden-api': configuration(
				'Alipay has disabled this API',
				'Look up this API in Alipay’s documentation, or send the trace ID to Alipay support.',
			),
			'isv.suspected-attack': configuration(
				'Alipay treated the request as an attack',
				'Check the numbers for characters that do not belong there. If the numbers are right, send the trace ID to Alipay support.',
			),
			'isv.invalid-parameter': configuration('Alipay does not accept a parameter', REPORT),
			'isv.invalid-method': configuration('Alipay does not recognize the method', REPORT),
			'isv.invalid-format': configuration('Alipay does not accept the format', REPORT),
			'isv.invalid-digest': configuration('Alipay does not accept the digest', REPORT),
			'isv.invalid-content-type': configuration('Alipay does not accept the content type', REPORT),
			'isv.illegal-json': configuration('Alipay cannot read biz_content', REPORT),
		},
	},
	'40003': {
		general: configuration(
			'The application does not meet a condition of Alipay',
			'Check the keys and the settings of the application in the Alipay console.',
		),
		subCodes: {
			'isv.missing-signature-config': credential(
				'The application has no key for this Sign Type at Alipay',
				'In the credential, choose the Sign Type of the public key that you uploaded (RSA2 for 2048-bit keys).',
			),
			'isv.decryption-error-unknown': credential(
				'Alipay cannot decrypt the request',
				USE_ENCRYPT_KEY,
			),
			'invalid-auth-relations': credential(
				'The merchant has not authorized this application',
				REAUTHORIZE,
			),
		},
	},
	'40004': {
		general: configuration(
			'Alipay could not carry out the request',
			'Read Alipay’s message in sub_msg and check the numbers of the request.',
		),
		subCodes: {},
	},
	'40005': {
		general: limit('The application has reached Alipay’s rate limit', SLOWER),
		subCodes: {
			'isv.app-call-limited': limit('The application has reached Alipay’s rate limit', SLOWER),
			'isv.method-call-limited': limit(
				'The application has reached Alipay’s rate limit for this API',
				SLOWER,
			),
		},
	},
	'40006': {
		general: credential('The application does not have a required permission', OPEN_PRODUCT),
		subCodes: {
			'isv.insufficient-isv-permissions': permission(
				'The application has no permission for this API',
				OPEN_PRODUCT,
			),
			'isv.insufficient-user-permissions': permission(
				'The merchant has no permission for this API',
				SIGN_UP,
			),
			// The token may come with each item.
			'isv.self-invoke-forbidden': permission(
				'A third-party application cannot act for itself',
				'Fill in the merchant’s App Auth Token in the credential or in the Options.',
			),
			'isv.ip-forbidden': credential(
				'Alipay does not accept requests from this IP address',
				'In the Alipay console, add the outgoing IP address of this machine to the allow list of the application.',
			),
		},
	},
};
