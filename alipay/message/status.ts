import { localFault, type LocalFaultName } from '../errors/fault';

export const NOT_ALIPAY =
	'Check the Environment and the Gateway URL of the credential, and whether a proxy or a firewall answers in Alipay’s place.';

const LATER =
	'Ask again in a few minutes. If it stays, a proxy or a firewall may answer in Alipay’s place.';

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

/** What HTTP statuses say to the person at the editor. The first row that fits counts. */
const MEANINGS: readonly Meaning[] = [
	{
		fits: among(407),
		fault: 'gateway-http-status',
		what: 'The proxy asks for a user name and a password, or does not accept them',
		solution:
			'Write both into the address of the proxy (HTTPS_PROXY): http://USER:PASSWORD@HOST:PORT, with special characters as %XX, e.g. @ as %40.',
	},
	{
		fits: among(511),
		fault: 'gateway-unavailable',
		what: 'The network asks for a sign-in before it lets requests pass',
		solution: 'Sign in to the network of this machine, or ask its administrator. Then ask again.',
	},
	{
		fits: (status) => status >= 300 && status < 400,
		fault: 'gateway-http-status',
		what: 'The answer is a redirect, which is not followed: a signed request is for one address only',
		solution:
			'Alipay does not redirect. Check the Environment and the Gateway URL of the credential, and whether a proxy or a firewall sends requests to a sign-in page.',
	},
	{
		fits: among(401, 403, 451),
		fault: 'gateway-http-status',
		what: 'The way to Alipay is refused',
		solution:
			'Alipay does not refuse by an HTTP status; a proxy, a firewall or a gateway of your own does. Ask its administrator to let requests to the gateway pass.',
	},
	{
		fits: among(404, 405, 410),
		fault: 'gateway-http-status',
		what: 'There is no gateway of Alipay at this address',
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
	what: 'The gateway answered otherwise than Alipay does',
	solution: NOT_ALIPAY,
};

/** Alipay answers its own refusals with 200, and its SDKs throw at any other: it is not its last word. */
export function faultOfStatus(status: number, trace_id: string | null) {
	if (status === 200) return null;
	const { fault, what, solution } = MEANINGS.find(({ fits }) => fits(status)) ?? OTHERWISE;
	return localFault(fault, `${what} (HTTP status ${status})`, solution, trace_id);
}
