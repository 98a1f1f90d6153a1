/** What to do about a response that the node does not accept. */

export const MAYBE_FORGED =
	'Do not use this response. Check that nothing between this machine and Alipay changes responses (proxy, firewall, custom gateway).';
const IF_RIGHT =
	'If it is already right, something between this machine and Alipay changes responses. Do not use them.';

/** The key that verifies responses: its label in the form, and where to find it. */
export const ALIPAY_KEY = {
	publicKey: {
		label: 'Alipay Public Key',
		advice: `Copy the Alipay public key of this application from the Alipay console and paste it into the credential. ${IF_RIGHT}`,
	},
	certificate: {
		label: 'Alipay Public Certificate',
		advice: `Download the Alipay public certificate of this application from the Alipay console again and paste it into the credential. ${IF_RIGHT}`,
	},
} as const;

export const CHECK_ENCRYPT_KEY =
	'Copy the content encryption key (AES) of this application from the Alipay console. Paste it into Encrypt Key in the credential.';
