import type { PublicKey, SignType } from '../application/keys';
import type { ByteForm } from './form';
import type { Parameter } from './reading';

/**
 * The parameters that Alipay's signature covers, or null if no key verifies it. All others are ignored,
 * because anyone on the way could have added them.
 *
 * The signed text is `name=value` joined by `&`, in the byte order of the names, without `sign` (and in V1
 * without `sign_type`). The result has the same order.
 */
export function coveredBySignature(
	form: ByteForm,
	keys: readonly PublicKey[],
	signType: SignType,
): ByteForm | null {
	const sign = form.get('sign') ?? '';
	if (!BASE64.test(sign)) return null;
	const sorted = [...form].filter(([name]) => name !== 'sign').sort(byName);
	const isSigned = (covered: ReadonlyArray<readonly [string, string]>) => {
		const text = covered.map(([name, value]) => `${name}=${value}`).join('&');
		const bytes = Buffer.from(text, 'latin1');
		return keys.some((key) => key.verify(bytes, sign, signType));
	};
	const covered = READINGS.map((isCovered) => sorted.filter(isCovered)).find(isSigned);
	return covered ? new Map(covered) : null;
}

/** Long enough for a key of up to 8192 bits. */
const BASE64 = /^[A-Za-z0-9+/]{1,1400}={0,2}$/;

const byName = ([a]: Parameter, [b]: Parameter) => (a < b ? -1 : 1);

/**
 * Which parameters are part of the signed text, in the order to check. V1 leaves out `sign_type`, V2 keeps it
 * (rsaCheckV1 and rsaCheckV2, SDK for Java). Some senders leave out empty values.
 */
const READINGS: ReadonlyArray<(parameter: Parameter) => boolean> = [
	([name]) => name !== 'sign_type',
	() => true,
	([name, value]) => name !== 'sign_type' && value !== '',
	([, value]) => value !== '',
];
