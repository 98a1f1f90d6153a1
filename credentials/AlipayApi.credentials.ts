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
import { checkKeys, isDecisive, verdictOnKeys } from './keyCheck';
import { MORE_SETTINGS } from './moreSettings';
import { paramsOf, targetOf } from './requestParams';
import { signedOptions } from './signedOptions';
import { isTest, TEST_PARAMS } from './testRequest';

/**
 * The Gateway URL, cleaned of copying errors in the same way as in `readAddress`. n8n compares the address
 * of the test with the address that the credential signs.
 */
const PLAIN_ADDRESS =
	'$credentials.gatewayUrl.normalize("NFKC").replace(/[^!#-&(-_a-~]/g, "").replace(/[.,;]+$/, "")';

/** In Chinese, since the console and its labels are in Chinese. */
const GUIDE =
	'https://github.com/n8n-nodes-alipay/n8n-nodes-alipay/blob/main/docs/zh-CN/credentials.md';

export class AlipayApi implements ICredentialType {
	name = 'alipayApi';

	displayName = 'Alipay API';

	icon = { light: 'file:../icons/alipay.svg', dark: 'file:../icons/alipay.dark.svg' } as const;

	documentationUrl =
		'https://github.com/n8n-nodes-alipay/n8n-nodes-alipay/blob/main/docs/credential.md';

	properties: INodeProperties[] = [
		{
			// n8n shows the same sentence after each successful test. A test cannot add to it.
			displayName: `The test checks the App ID and the keys. It does not check which Alipay products your company has signed up for. If a product is missing, the node tells you when you first use it. <a href="${GUIDE}" target="_blank">Where to find each value in the Alipay console (in Chinese)</a>`,
			name: 'testNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Environment',
			name: 'environment',
			type: 'options',
			options: [
				{ name: 'Production', value: 'production', description: GATEWAYS.production },
				{ name: 'Sandbox', value: 'sandbox', description: GATEWAYS.sandbox },
				{ name: 'Custom', value: 'custom', description: 'Your own proxy, or the simulator' },
			],
			default: 'production',
			description:
				'The gateway that receives the requests. A sandbox application has its own App ID and keys.',
		},
		{
			displayName: 'Gateway URL',
			name: 'gatewayUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://proxy.example.com/gateway.do',
			description:
				'The address of the gateway. Use https. You can use http only for this machine. Add the host of the gateway to Allowed Domains in More Settings.',
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
					description: 'You uploaded a public key to Alipay, and Alipay shows its own public key',
				},
				{
					name: 'Certificate',
					value: 'certificate',
					description:
						'You uploaded a certificate request to Alipay, and Alipay shows three .crt files',
				},
			],
			default: 'publicKey',
			description:
				'What the Alipay console shows for this application: a public key or certificates',
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
				'The private key of the application. It belongs to the public key that you uploaded to Alipay. Paste an RSA key (PKCS#1 or PKCS#8), with or without the BEGIN and END lines.',
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
				'Alipay’s own public key. The Alipay console shows it for this application. The node checks every response with it. It is not the public key of your application.',
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
				'The text of appCertPublicKey_….crt. You do not need to enter the serial number: the node computes it from this text.',
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
			description:
				'The text of alipayCertPublicKey_RSA2.crt. The node checks every response with it.',
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
			description: 'The whole text of alipayRootCert.crt, with all certificates in it',
			displayOptions: { show: { keyMode: ['certificate'] } },
		},
		...MORE_SETTINGS,
		{
			displayName: 'Responses Verified',
			name: 'answersVerified',
			type: 'hidden',
			typeOptions: { expirable: true },
			default: '',
		},
	];

	/**
	 * Tries the keys, and checks that Alipay's responses can be verified and are not too large, since n8n
	 * reads later responses to their end. The property "answersVerified" makes n8n run this before the test
	 * below and before a request of the HTTP Request node. Neither of them shows the bytes that a signature
	 * covers. The request that follows reports any other error.
	 */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		const app = readApp(credentials, Date.now());
		if (!app.ok) throw asError(app.fault);
		const fault = await checkKeys(app.value, this.helpers.httpRequest);
		if (fault && isDecisive(fault)) throw asError(fault);
		return {};
	}

	/**
	 * Signs a request to any method of the gateway, for the HTTP Request node, "Custom API Call" and
	 * the test below. Only the node verifies Alipay's responses.
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
				`This credential signs requests to ${gatewayUrl} only, not to ${target.pathname.slice(0, 80)}. Enter ${gatewayUrl} as the URL, and the name of the API in the parameter method (for example alipay.trade.query).`,
			);
		}
		const params = paramsOf(options);
		if (!params.ok) throw asError(params.fault);
		const encodable = refuseUnencodable(params.value, charset);
		if (!encodable.ok) throw asError(encodable.fault);
		const fault = isTest(params.value) ? await verdictOnKeys(app.value) : null;
		if (fault) throw asError(fault);
		return signedOptions(options, signRequest(app.value, encodable.value, Date.now()).http);
	};

	/**
	 * n8n cannot verify a response, so the test has no rules and takes any response as a success. Instead,
	 * `authenticate` fails unless `preAuthentication` has just proven the keys.
	 */
	test: ICredentialTestRequest = {
		request: {
			method: 'POST',
			baseURL: `={{ $credentials.environment === "custom" ? ${PLAIN_ADDRESS} : $credentials.environment === "sandbox" ? "${GATEWAYS.sandbox}" : "${GATEWAYS.production}" }}`,
			url: '',
			body: TEST_PARAMS,
		},
	};
}

/** Without the code of a network error: n8n replaces a message that contains such a code with its own text. */
const asError = ({ message, solution }: Fault) =>
	new UserError(`${message}. ${solution.replace(/ \([A-Z0-9_]+\)$/, '')}`);
