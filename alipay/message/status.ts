import { localFault, type LocalFaultName } from '../errors/fault';

export const NOT_ALIPAY =
	'Check the Environment and the Gateway URL in the credential. Also check whether a proxy or a firewall responds instead of Alipay.';

const LATER =
	'Try again in a few minutes. If this continues, a proxy or a firewall may be responding instead of Alipay.';

interface Meaning {
	fits: (status: number) => boolean;
	fault: LocalFaultName;
	what: string;
	solution: string;
}

const among =
	(...statuses: number[]) =>
	(status: number) =>
		statuses.includes(status);

/** What each HTTP status means. The first matching row counts. */
const MEANINGS: readonly Meaning[] = [
	{
		fits: among(407),
		fault: 'gateway-http-status',
		what: 'The proxy requires a username and a password, or does not accept them',
		solution:
			'Put both into the proxy address (HTTPS_PROXY): http://USER:PASSWORD@HOST:PORT. Write special characters as %XX, for example %40 for @.',
	},
	{
		fits: among(511),
		fault: 'gateway-unavailable',
		what: 'The network requires a sign-in before it lets requests through',
		solution: 'Sign in to the network of this machine, or ask its administrator. Then try again.',
	},
	{
		fits: (status) => status >= 300 && status < 400,
		fault: 'gateway-http-status',
		what: 'The response is a redirect. The node does not follow it, because a signed request is for one address only',
		solution:
			'Alipay does not redirect. Check the Environment and the Gateway URL in the credential. Also check whether a proxy or a firewall sends requests to a sign-in page.',
	},
	{
		fits: among(401, 403, 451),
		fault: 'gateway-http-status',
		what: 'Access to Alipay is refused',
		solution:
			'Alipay does not refuse requests with an HTTP status. A proxy, a firewall or your own gateway does. Ask its administrator to allow requests to the gateway.',
	},
	{
		fits: among(404, 405, 410),
		fault: 'gateway-http-status',
		what: 'There is no Alipay gateway at this address',
		solution: NOT_ALIPAY,
	},
	{ fits: among(429), fault: 'gateway-busy', what: 'The gateway is busy', solution: LATER },
	{
		fits: (status) => status >= 500,
		fault: 'gateway-unavailable',
		what: 'The gateway is not available',
		solution: LATER,
	},
];

const OTHERWISE: Omit<Meaning, 'fits'> = {
	fault: 'gateway-http-status',
	what: 'The gateway returned a status that Alipay does not use',
	solution: NOT_ALIPAY,
};

/** Alipay sends its own refusals with status 200, and its SDKs throw for any other status. */
export function faultOfStatus(status: number, trace_id: string | null) {
	if (status === 200) return null;
	const { fault, what, solution } = MEANINGS.find(({ fits }) => fits(status)) ?? OTHERWISE;
	return localFault(fault, `${what} (HTTP status ${status})`, solution, trace_id);
}
