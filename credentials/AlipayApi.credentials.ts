import {
	UserError,
	type IAuthenticate,
	type ICredentialDataDecryptedObject,
	type ICredentialTestRequest,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestHelper,
	type INodeProperties,
} from 'n8n-workflow';
import { GATEWAYS, readApp } from '../alipay/application/app';
import type { Fault } from '../alipay/errors/fault';
import { refuseUnencodable, signRequest } from '../alipay/message/request';
import { paramsOf, targetOf } from './requestParams';
import { signedOptions } from './signedOptions';
import { NO_SUCH_OPERATION, TEST_METHOD } from './testQuery';
import { TEST_RULES } from './testRules';
import { whyUnverifiable } from './verifiability';

/**
 * The Gateway URL without what copying put around it, as `readAddress` reads it: n8n compares the address
 * of the test with it before the credential may sign.
 */
const PLAIN_ADDRESS =
	'$credentials.gatewayUrl.normalize("NFKC").replace(/[^!#-&(-_a-~]/g, "").replace(/[.,;]+$/, "")';

/** For a secret that n8n's lint does not know by its name. */
const HIDDEN = { password: true };

export class AlipayApi implements ICredentialType {
	name = 'alipayApi';

	displayName = 'Alipay API';

	icon = { light: 'file:../icons/alipay.svg', dark: 'file:../icons/alipay.dark.svg' } as const;

	documentationUrl = 'https://github.com/n8n-nodes-alipay/n8n-nodes-alipay#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Environment',
			name: 'environment',
			type: 'options',
			options: [
				{ name: 'Production', value: 'production', description: GATEWAYS.production },
				{ name: 'Sandbox', value: 'sandbox', description: GATEWAYS.sandbox },
				{ name: 'Custom', value: 'custom', description: 'A proxy of your own, or the simulator' },
			],
			default: 'production',
			description: 'Which gateway to ask. A sandbox application has an App ID and keys of its own.',
		},
		{
			displayName: 'Gateway URL',
			name: 'gatewayUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://proxy.example.com/gateway.do',
			description: 'The address of the gateway: https, or http on this machine',
			displayOptions: { show: { environment: ['custom'] } },
		},
		{
			displayName: 'App ID',
			name: 'appId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 2014072300007148',
			description: 'The app_id of the application in the Alipay console',
		},
		{
			displayName: 'Key Mode',
			name: 'keyMode',
			type: 'options',
			options: [
				{
					name: 'Public Key',
					value: 'publicKey',
					description: 'The application uploaded a public key; Alipay shows one of its own',
				},
				{
					name: 'Certificate',
					value: 'certificate',
					description:
						'The application uploaded a certificate request; Alipay shows three .crt files',
				},
			],
			default: 'publicKey',
			description:
				'Which of the two the Alipay console shows for this application: a public key or certificates',
		},
		{
			displayName: 'Private Key',
			name: 'privateKey',
			type: 'string',
			typeOptions: { password: true, rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. MIIEvQIBADANBgkqhkiG9w0B…',
			description:
				'The application private key that belongs to the public key uploaded to Alipay. RSA, PKCS#1 or PKCS#8, with or without the BEGIN and END lines.',
		},
		{
			displayName: 'Alipay Public Key',
			name: 'alipayPublicKey',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. MIIBIjANBgkqhkiG9w0B…',
			description:
				'Alipay’s own public key as the Alipay console shows it for this application. Every answer is checked with it. It is not the application public key.',
			displayOptions: { show: { keyMode: ['publicKey'] } },
		},
		{
			displayName: 'App Public Certificate',
			name: 'appPublicCert',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. -----BEGIN CERTIFICATE-----',
			description:
				'The text of appCertPublicKey_….crt. Its serial number is computed; there is no need to fill it in.',
			displayOptions: { show: { keyMode: ['certificate'] } },
		},
		{
			displayName: 'Alipay Public Certificate',
			name: 'alipayPublicCert',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. -----BEGIN CERTIFICATE-----',
			description: 'The text of alipayCertPublicKey_RSA2.crt. Every answer is checked with it.',
			displayOptions: { show: { keyMode: ['certificate'] } },
		},
		{
			displayName: 'Alipay Root Certificate',
			name: 'alipayRootPublicCert',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			placeholder: 'e.g. -----BEGIN CERTIFICATE-----',
			description: 'The whole text of alipayRootCert.crt, all certificates in it',
			displayOptions: { show: { keyMode: ['certificate'] } },
		},
		{
			displayName: 'Sign Type',
			name: 'signType',
			type: 'options',
			options: [
				{ name: 'RSA2', value: 'RSA2', description: 'SHA256 with RSA, recommended' },
				{ name: 'RSA', value: 'RSA', description: 'SHA1 with RSA, for old applications' },
			],
			default: 'RSA2',
			description: 'The signature algorithm (sign_type) set for the application',
		},
		{
			displayName: 'Charset',
			name: 'charset',
			type: 'options',
			options: [
				{ name: 'UTF-8', value: 'utf-8', description: 'Recommended' },
				{ name: 'GBK', value: 'gbk' },
				{ name: 'GB2312', value: 'gb2312' },
			],
			default: 'utf-8',
			description: 'The encoding of requests and answers (charset)',
		},
		{
			displayName: 'Encrypt Key',
			name: 'encryptKey',
			type: 'string',
			typeOptions: HIDDEN,
			default: '',
			description:
				'The content encryption key (AES) of the application, to encrypt queries and answers. Leave empty to send them unencrypted within TLS.',
		},
		{
			displayName: 'App Auth Token',
			name: 'appAuthToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'The app_auth_token of the merchant, for third-party (ISV) applications only. Leave empty otherwise.',
		},
		{
			displayName: 'Answers Verified',
			name: 'answersVerified',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: '',
		},
		{
			displayName: 'Allowed HTTP Request Domains',
			name: 'allowedHttpRequestDomains',
			type: 'options',
			options: [
				{ name: 'All', value: 'all' },
				{ name: 'None', value: 'none' },
				{ name: 'Specific Domains', value: 'domains' },
			],
			default: 'domains',
			description:
				'Where the HTTP Request node may send requests signed with this credential. The signature is made for the gateway above and no other address.',
		},
		{
			displayName: 'Allowed Domains',
			name: 'allowedDomains',
			type: 'string',
			default: 'openapi.alipay.com, openapi-sandbox.dl.alipaydev.com',
			description: 'Comma-separated list of domains. Add the host of a custom gateway.',
			displayOptions: { show: { allowedHttpRequestDomains: ['domains'] } },
		},
	];

	/**
	 * Makes sure that Alipay's answers can be verified and are not too large: n8n reads those to the
	 * requests that follow to their end. It runs this before the test below, and before a request of the
	 * HTTP Request node, because the property "answersVerified" marks the credential as one
	 * to prepare; neither of them shows the bytes that a signature covers. Whatever else is wrong is left to
	 * the request that follows.
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		const app = readApp(credentials, Date.now());
		if (!app.ok) throw asError(app.fault);
		const fault = await whyUnverifiable(app.value, this.helpers.httpRequest);
		if (fault) throw asError(fault);
		return {};
	}

	/**
	 * Signs a request to any method of the gateway, for the HTTP Request node, "Custom API Call" and
	 * the test below. Alipay's answers are not verified there: that is what the node is for.
	 */
	authenticate: IAuthenticate = async (credentials, options) => {
		const app = readApp(credentials, Date.now());
		if (!app.ok) throw asError(app.fault);
		const { gatewayUrl, charset } = app.value;
		const target = targetOf(options);
		if (target?.origin !== new URL(gatewayUrl).origin) {
			throw new UserError(
				`This credential signs requests to ${gatewayUrl} only. Enter this address as the URL, or change the Environment of the credential.`,
			);
		}
		if (target.origin + target.pathname !== gatewayUrl) {
			throw new UserError(
				`This credential signs requests to ${gatewayUrl} only, not to ${target.pathname.slice(0, 80)}. Enter ${gatewayUrl} as the URL, and the name of the API in the parameter method (e.g. alipay.trade.query).`,
			);
		}
		const params = paramsOf(options);
		if (!params.ok) throw asError(params.fault);
		const encodable = refuseUnencodable(params.value, charset);
		if (!encodable.ok) throw asError(encodable.fault);
		return signedOptions(options, signRequest(app.value, encodable.value, Date.now()).http);
	};

	/** Asks for an order that does not exist: "not found" proves that Alipay accepted everything else. */
	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL: `={{ $credentials.environment === "custom" ? ${PLAIN_ADDRESS} : $credentials.environment === "sandbox" ? "${GATEWAYS.sandbox}" : "${GATEWAYS.production}" }}`,
			url: '',
			body: {
				method: TEST_METHOD.name,
				biz_content: JSON.stringify(NO_SUCH_OPERATION),
			},
		},
		rules: TEST_RULES,
	};
}

const asError = ({ message, solution }: Fault) => new UserError(`${message}. ${solution}`);
