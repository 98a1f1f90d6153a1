import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { LARGEST_NOTIFICATION, readNotification } from '../../alipay/notification/index.ts';
import { encode } from '../../alipay/text/charset.ts';
import { alipay, app, own, value } from '../support/responses.mts';
import { NOW, signedForm, TRADE } from '../support/notifications.mts';
import { attackNotifications, NOTIFIED } from './notifications.mts';

const key = alipay.privateKey;
const read = (body: Uint8Array) => readNotification(body, app(), { now: NOW, allowedAppIds: [] });

describe('a signed notification that was changed on its way', () => {
	it.each([...NOTIFIED.keys()])(
		'(%s) is refused, or says exactly what was signed, 10,000 times',
		{ timeout: 120_000 },
		(kind) => {
			const { tried, refused, same, changed } = attackNotifications(kind, 10_000);
			expect(changed).toEqual([]);
			expect(refused + same).toBe(tried);
			expect(same).toBeGreaterThan(0);
			expect(refused).toBeGreaterThan(same);
		},
	);
});

describe('a genuine notification', () => {
	const name = fc.stringMatching(/^[a-z][a-z_]{0,12}_x$/);
	/**
	 * Texts that GBK can write, with all characters that a form escapes. Another test covers
	 * "&name=" in a text.
	 */
	const text = fc
		.array(fc.constantFrom(...Array.from('aZ09 +%&=/?#"\\\'中秋🧧，\u00a0')), { maxLength: 12 })
		.map((chars) => chars.join(''))
		.filter((one) => !/&\w[\w.-]*=/.test(one));
	const signing = fc.record({
		version: fc.constantFrom('V1' as const, 'V2' as const),
		charset: fc.constantFrom('utf-8' as const, 'gbk' as const),
	});

	it('says what was signed, with any values, version and charset', () => {
		fc.assert(
			fc.property(fc.dictionary(name, text), signing, (more, { version, charset }) => {
				const inCharset = Object.entries(more).map(([one, words]) => [
					one,
					charset === 'gbk' ? words.replaceAll(/🧧|\u00a0/gu, '?') : words,
				]);
				const params = { ...TRADE, ...(Object.fromEntries(inCharset) as typeof more), charset };
				const bytes = (words: string) => encode(words, charset);
				const { fields } = value(read(signedForm(params, { key, version, bytes })));
				for (const [one, words] of inCharset) expect(fields.get(one ?? '')).toBe(words);
			}),
			{ numRuns: 300 },
		);
	});
});

describe('a hostile body of 64 KiB', () => {
	const INNER = ['body', 'memo', 'order_title', 'passback_params', 'remark', 'subject'];
	/** Names that a free text can contain. At each of them another reading could begin. */
	const signedWithNames = (count: number) => {
		const inner = Array.from({ length: count }, (_, n) => `&${INNER[n % INNER.length]}=`).join('');
		return signedForm({ ...TRADE, body: inner }, { key });
	};
	const fill = (piece: string) => Buffer.from(piece.repeat(LARGEST_NOTIFICATION / piece.length));
	it.each<[string, () => Buffer]>([
		['ampersands', () => fill('&')],
		['a long name', () => fill('a')],
		[
			'names',
			() =>
				Buffer.from(
					Array.from({ length: 9_000 }, (_, n) => `n${n}=1`)
						.join('&')
						.slice(0, LARGEST_NOTIFICATION),
				),
		],
		['percent signs', () => fill('%')],
		[
			'values that look like parameters',
			() => Buffer.concat([signedForm(TRADE, { key }), fill('%26a%3D').subarray(0, 60_000)]),
		],
		[
			'a deep JSON',
			() =>
				signedForm(
					{ ...TRADE, notify_type: '', msg_method: 'x', biz_content: '['.repeat(15_000) },
					{ key },
				),
		],
		[
			'parameters with a wrong signature',
			() => {
				const more = Array.from({ length: 7_000 }, (_, n) => [`n${n}`, '1']);
				const params = { ...TRADE, ...(Object.fromEntries(more) as typeof TRADE) };
				return signedForm(params, { key: own.privateKey });
			},
		],
		['a signed text with thousands of names', () => signedWithNames(3_000)],
		['a signed text with as many names as are looked at', () => signedWithNames(265)],
	])('of %s is refused at once', (_, make) => {
		const body = make().subarray(0, LARGEST_NOTIFICATION);
		const start = performance.now();
		expect(read(body).ok).toBe(false);
		// Quadratic time would mean minutes here.
		expect(performance.now() - start).toBeLessThan(2_000);
	});
});
