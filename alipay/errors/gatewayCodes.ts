import { configuration, credential, limit, outage, WAIT, type Code } from './code';

/**
 * What the gateway's own codes mean, as data. The business codes of 40004 belong to their methods
 * (alipay/methods/).
 *
 * Source: Alipay's "common error codes" page (opendocs common/02km9f).
 */

const SLOWER =
	'Lower the Concurrency or set Requests per Second in the node, and run the workflow again.';
const REAUTHORISE =
	'Ask the merchant to authorise your application again and put the new app_auth_token into the App Auth Token.';
const CHECK_PAIR =
	'Compare the App ID and the Private Key of the credential with the application in the Alipay console: the application public key uploaded there must belong to this private key.';
const OPEN_PRODUCT =
	'Open the application in the Alipay console and add the product that contains this API, then wait until it is approved.';
const USE_CERTIFICATES =
	'Choose the Key Mode "Certificate" in the credential and paste the three .crt files.';
const USE_ENCRYPT_KEY =
	'Copy the content encryption key (AES) of this application from the Alipay console into the Encrypt Key of the credential.';
const REPORT =
	'Update the node. If it stays, report the sub_code and the trace ID to the maintainers of the node.';

interface CodeGroup {
	/** What is said where the sub_code is unknown or absent. */
	general: Code;
	/** By sub_code, without an `ACQ.` prefix. */
	subCodes: Readonly<Record<string, Code>>;
}

/** By gateway code. 10000 is the success. */
export const CATALOGUE: Readonly<Record<string, CodeGroup>> = {
	'20000': {
		general: outage('Alipay was unavailable', WAIT),
		subCodes: {
			'isp.unknow-error': outage('Alipay was unavailable', WAIT),
			'aop.unknow-error': outage('Alipay was unavailable', WAIT),
		},
	},
	'20001': {
		general: credential('The authorisation does not suffice', REAUTHORISE),
		subCodes: {
			'aop.invalid-auth-token': credential('The access token is not valid', REAUTHORISE),
			'aop.auth-token-time-out': credential('The access token has expired', REAUTHORISE),
			'aop.invalid-app-auth-token': credential('The App Auth Token is not valid', REAUTHORISE),
			'aop.invalid-app-auth-token-no-api': credential(
				'The App Auth Token does not cover this API',
				REAUTHORISE,
			),
			'aop.app-auth-token-time-out': credential('The App Auth Token has expired', REAUTHORISE),
			'aop.no-product-reg-by-partner': credential(
				'The merchant has not signed up for the product that contains this API',
				OPEN_PRODUCT,
			),
		},
	},
	'40001': {
		general: configuration('Alipay misses a required parameter', REPORT),
		subCodes: {
			'isv.missing-method': configuration('Alipay misses the parameter method', REPORT),
			'isv.missing-signature': configuration('Alipay misses the parameter sign', REPORT),
			'isv.missing-signature-type': configuration('Alipay misses the parameter sign_type', REPORT),
			'isv.missing-timestamp': configuration('Alipay misses the parameter timestamp', REPORT),
			'isv.missing-version': configuration('Alipay misses the parameter version', REPORT),
			'isv.missing-app-id': credential(
				'The App ID is missing',
				'Fill in the App ID of the credential.',
			),
			'isv.missing-signature-key': credential(
				'The application has no public key at Alipay',
				'Upload the application public key that belongs to this private key in the Alipay console.',
			),
			'isv.missing-app-cert-sn': credential(
				'The application signs with certificates, this credential with a plain key',
				USE_CERTIFICATES,
			),
			'isv.missing-alipay-root-cert-sn': credential(
				'The application signs with certificates, this credential with a plain key',
				USE_CERTIFICATES,
			),
			'isv.missing-encrypt-key': credential(
				'The application demands encrypted content, and Alipay has no key for it',
				'Set the content encryption key (AES) in the Alipay console and copy it into the Encrypt Key of the credential.',
			),
			'isv.decryption-error-missing-encrypt-type': credential(
				'The application demands encrypted content',
				USE_ENCRYPT_KEY,
			),
		},
	},
	'40002': {
		general: configuration(
			'Alipay does not accept a parameter',
			'Check the App ID, the Sign Type and the numbers asked for.',
		),
		subCodes: {
			'isv.invalid-signature': credential('Alipay does not accept the signature', CHECK_PAIR),
			'isv.invalid-signature-type': credential(
				'Alipay does not accept the Sign Type',
				'Choose RSA2 in the credential.',
			),
			'isv.invalid-app-id': credential(
				'Alipay knows no application with this App ID',
				'Check the App ID and the Environment of the credential: a sandbox application exists in the sandbox only.',
			),
			'not-online-app': credential(
				'The application is not online',
				'Submit the application for review in the Alipay console and wait until it is online.',
			),
			'isv.app-cert-not-exist': credential(
				'Alipay does not know the certificate of the application',
				'Download appCertPublicKey_….crt from the Alipay console again and paste it into the App Public Certificate.',
			),
			'isv.invalid-alipay-root-cert-sn': credential(
				'Alipay does not accept the root certificate',
				'Download alipayRootCert.crt from the Alipay console again and paste it, whole, into the Alipay Root Certificate.',
			),
			'app-cert-expired': credential(
				'The certificate of the application has expired',
				'Renew it in the Alipay console and paste the new files into the credential.',
			),
			'isv.invalid-encrypt-type': credential(
				'Alipay does not accept encrypted content of this application',
				'Set up content encryption (AES) in the Alipay console, or empty the Encrypt Key of the credential.',
			),
			'isv.invalid-charset': credential(
				'Alipay does not accept the charset',
				'Choose the charset utf-8 in the credential.',
			),
			'isv.invalid-timestamp': configuration(
				'Alipay does not accept the time of the request',
				'Set the clock of this machine. The time zone does not matter.',
			),
			'isv.not-support-app-auth': credential(
				'The application may not act for other merchants',
				'Empty the App Auth Token, or use a third-party application.',
			),
			'isv.code-invalid': credential('The authorisation code is not valid', REAUTHORISE),
			'isv.forbidden-api': credential('The application may not use this API', OPEN_PRODUCT),
			'isv.suspected-attack': configuration(
				'Alipay takes the request for an attack',
				'Check the numbers for stray characters, and ask Alipay support with the trace ID.',
			),
			'isv.invalid-parameter': configuration('Alipay does not accept a parameter', REPORT),
			'isv.invalid-method': configuration('Alipay does not know the method', REPORT),
			'isv.invalid-format': configuration('Alipay does not accept the format', REPORT),
			'isv.invalid-digest': configuration('Alipay does not accept the digest', REPORT),
			'isv.invalid-content-type': configuration('Alipay does not accept the content type', REPORT),
			'isv.illegal-json': configuration('Alipay cannot read biz_content', REPORT),
		},
	},
	'40003': {
		general: configuration(
			'A precondition is not met at Alipay',
			'Check the keys and the settings of the application in the Alipay console.',
		),
		subCodes: {
			'isv.missing-signature-config': credential(
				'The application has no key for this Sign Type at Alipay',
				'Choose the Sign Type in the credential for which a public key is uploaded (RSA2 for keys of 2048 bits).',
			),
			'isv.decryption-error-unknown': credential(
				'Alipay cannot decrypt the query',
				USE_ENCRYPT_KEY,
			),
			'invalid-auth-relations': credential(
				'The merchant has not authorised this application',
				REAUTHORISE,
			),
		},
	},
	'40004': {
		general: configuration(
			'Alipay could not carry out the query',
			'Read Alipay’s words in sub_msg and check the numbers asked for.',
		),
		subCodes: {},
	},
	'40005': {
		general: limit('Alipay limits how often this application may ask', SLOWER),
		subCodes: {
			'isv.app-call-limited': limit('Alipay limits how often this application may ask', SLOWER),
			'isv.method-call-limited': limit('Alipay limits how often this API may be asked', SLOWER),
		},
	},
	'40006': {
		general: credential('The application lacks a permission', OPEN_PRODUCT),
		subCodes: {
			'isv.insufficient-isv-permissions': credential(
				'The application has no permission for this API',
				OPEN_PRODUCT,
			),
			'isv.insufficient-user-permissions': credential(
				'The merchant has not granted this permission',
				REAUTHORISE,
			),
			'isv.self-invoke-forbidden': credential(
				'A third-party application may not ask in its own name',
				'Fill in the App Auth Token of the merchant.',
			),
			'isv.ip-forbidden': credential(
				'Alipay does not accept requests from this address',
				'Add the outgoing IP address of this machine to the allow list of the application in the Alipay console.',
			),
		},
	},
};
