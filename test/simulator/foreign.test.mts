// Requests that other clients sent to a simulator. None of them shares code with ours or with the
// simulator.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readParams, refusal } from '../../tools/simulator/request.mts';

interface Recorded {
	client: string;
	mode: 'publicKey' | 'certificate';
	signType: string;
	/** ms since the epoch. */
	at: number;
	search: string;
	contentType: string;
	/** One character per byte. */
	body: string;
}

const RECORDED = new URL('foreign-requests.json', import.meta.url);
const { publicKey, requestSns, requests } = JSON.parse(readFileSync(RECORDED, 'utf8')) as {
	publicKey: string;
	requestSns: { app_cert_sn: string; alipay_root_cert_sn: string };
	requests: Recorded[];
};
const OWN = createPublicKey({
	key: Buffer.from(publicKey, 'base64'),
	format: 'der',
	type: 'spki',
});
const OTHER = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;

/** The refusal of the gateway before the business logic; undefined when it accepts the request. */
function subCodeOf(
	{ mode, search, body, contentType, at }: Recorded,
	{ key = OWN, later = 0, sns = requestSns } = {},
) {
	const application = { publicKey: key, ...(mode === 'certificate' && { requestSns: sns }) };
	return refusal(readParams(search, Buffer.from(body, 'latin1'), contentType), {
		application,
		now: at + later,
		timestampWindowMinutes: 15,
		isKnownMethod: () => true,
		isPermitted: () => true,
	})?.sub_code;
}

/** Changes a digit in the numbers of the request, wherever they are. */
const changed = (request: Recorded): Recorded => {
	const change = (text: string) => text.replace(/(out_request_no.{1,12}?)[R2]/, '$17');
	return { ...request, search: change(request.search), body: change(request.body) };
};

describe.each(requests)('a $signType request of $client, $mode mode,', (request) => {
	it('is accepted', () => {
		expect(subCodeOf(request)).toBeUndefined();
	});

	it('is refused with a changed number, with another key and when it is late', () => {
		expect(changed(request)).not.toEqual(request);
		expect(subCodeOf(changed(request))).toBe('isv.invalid-signature');
		expect(subCodeOf(request, { key: OTHER })).toBe('isv.invalid-signature');
		expect(subCodeOf(request, { later: 16 * 60_000 })).toBe('isv.invalid-timestamp');
	});
});

it.each(requests.filter(({ mode }) => mode === 'certificate'))(
	'a request of $client contains the serial-number digests of its certificates',
	(request) => {
		const sns = { ...requestSns, alipay_root_cert_sn: '0'.repeat(32) };
		expect(subCodeOf(request, { sns })).toBe('isv.invalid-alipay-root-cert-sn');
	},
);

it('four clients are present, in both modes and with both sign types', () => {
	const kinds = requests.map(({ client }) => client);
	expect(new Set(kinds).size).toBe(4);
	expect(new Set(requests.map(({ mode, signType }) => `${mode} ${signType}`)).size).toBe(4);
});
