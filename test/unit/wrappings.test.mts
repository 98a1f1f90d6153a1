import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAlipayPublicKey, readPrivateKey } from '../../alipay/application/keys.ts';
import { ENCODINGS, PLACES, REMARKS } from '../../alipay/application/wrappings.ts';
import { alipay, bare, own, value } from '../support/responses.mts';
import { CERTIFICATES, KEY, PEM, PUBLIC, ROOT, CLASS_2, misspelled, read } from './damages.mts';
import { WRAPPINGS } from './wrappings.mts';

const OWN = bare(own.publicKey, 'pkcs1');
const THEIRS = bare(alipay.publicKey, 'pkcs1');
const SHAPES = { PEM, 'bare base64': KEY };

const isBase64 = (name: string) => name.startsWith('base64');
/** Line numbers are recognized only as long as every line has one. */
const breaksNumbers = (inner: string, outer: string) =>
	inner === 'numbered lines' && /^JSON$|\(\+ at the end\)/.test(outer);

describe.each(Object.entries(SHAPES))('%s', (_shape, key) => {
	it.each(WRAPPINGS)('is read in $name', ({ wrap }) => {
		expect(value(readPrivateKey(wrap(key))).publicId).toBe(OWN);
	});

	it.each(WRAPPINGS)('is read in $name within each of the others', (inner) => {
		for (const outer of WRAPPINGS) {
			if (isBase64(inner.name) && isBase64(outer.name)) continue;
			if (breaksNumbers(inner.name, outer.name)) continue;
			const key2 = readPrivateKey(outer.wrap(inner.wrap(key)));
			expect([outer.name, key2.ok ? key2.value.publicId : key2.fault.message]).toEqual([
				outer.name,
				OWN,
			]);
		}
	});
});

describe('a public key', () => {
	it.each(WRAPPINGS)('is read in $name', ({ wrap }) => {
		expect(value(readAlipayPublicKey(wrap(PUBLIC))).id).toBe(THEIRS);
	});
});

describe('certificates', () => {
	const serials = (certificates: Record<string, string>) => {
		const others = { ...CERTIFICATES, ...certificates };
		const app = value(read({ field: 'appPublicCert', text: others.appPublicCert, others }));
		const { app_cert_sn, alipay_root_cert_sn, alipay: leaf } = app.certificates ?? {};
		return { app_cert_sn, alipay_root_cert_sn, alipay: leaf?.sn };
	};

	it.each(WRAPPINGS)('are read in $name', ({ wrap }) => {
		const wrapped = Object.entries(CERTIFICATES).map(([name, text]) => [name, wrap(text)]);
		expect(serials(Object.fromEntries(wrapped) as Record<string, string>)).toEqual(serials({}));
	});

	it('are read in any order, with duplicates, and without END lines', () => {
		const { alipayPublicCert, appPublicCert } = CERTIFICATES;
		const [leaf = '', authority = ''] = alipayPublicCert.split(/(?<=END.*\n)/);
		for (const alipayCertificates of [
			authority + leaf,
			leaf + leaf + authority,
			ROOT + authority + leaf,
			(leaf + authority).replace(/-----END.*\n/g, ''),
			leaf + authority.replace(/-----BEGIN.*\n/, ''),
		]) {
			expect(serials({ alipayPublicCert: alipayCertificates })).toEqual(serials({}));
		}
		expect(serials({ appPublicCert: CLASS_2 + appPublicCert })).toEqual(serials({}));
	});

	it('have the serial number of the root file in the order of the file', () => {
		const one = serials({}).alipay_root_cert_sn;
		expect(serials({ alipayRootPublicCert: ROOT + ROOT }).alipay_root_cert_sn).toBe(
			`${one}_${one}`,
		);
		const two = serials({ alipayRootPublicCert: ROOT + CLASS_2 }).alipay_root_cert_sn;
		const turned = serials({ alipayRootPublicCert: CLASS_2 + ROOT }).alipay_root_cert_sn;
		expect(turned).toBe(two?.split('_').reverse().join('_'));
		expect(two?.startsWith(`${one}_`)).toBe(true);
	});
});

/** Base64 characters, and characters that are not base64. */
const CHAR = fc.constantFrom(...'ABCXYZabcxyz0189+/=- \n"\'\\%&<>:;,._*#{}[]é私\u200b\u00a0');

describe('a root file of three certificates with a damaged line', () => {
	const FILE = ROOT + CLASS_2 + ROOT;
	const serials = (text: string) => {
		const app = read({ field: 'alipayRootPublicCert', text });
		return app.ok ? app.value.certificates?.alipay_root_cert_sn : app.fault.message;
	};
	const whole = serials(FILE);
	const narrow = (text: string) => text.replace(/[A-Za-z0-9+/]{12}/g, '$&\n');
	const lines = FILE.split('\n').flatMap((line, at) => (line.startsWith('-') ? [at] : []));

	it.each([
		['BEGIN of the second', ROOT + CLASS_2.replace('BEGIN', 'BEGN') + ROOT],
		['END of the first', ROOT.replace('-----END', '-----EDN') + CLASS_2 + ROOT],
		['both of the second', ROOT + misspelled(CLASS_2) + ROOT],
		['both of the second, of narrow lines', ROOT + narrow(misspelled(CLASS_2)) + ROOT],
		['both of all', misspelled(ROOT) + misspelled(CLASS_2) + misspelled(ROOT)],
	])('is read completely when one of its BEGIN or END lines is misspelled: %s', (_name, text) => {
		expect(serials(text)).toBe(whole);
	});

	it('is read completely or refused', () => {
		const damage = fc.record({
			line: fc.constantFrom(...lines),
			from: fc.nat(27),
			count: fc.integer({ min: 0, max: 27 }),
			chars: fc.array(CHAR, { maxLength: 3 }).map((all) => all.join('')),
		});
		fc.assert(
			fc.property(damage, ({ line, from, count, chars }) => {
				const all = FILE.split('\n');
				const old = all[line] ?? '';
				all[line] = old.slice(0, from) + chars + old.slice(from + count);
				const said = serials(all.join('\n')) ?? '';
				return said === whole || /^The Alipay Root Certificate of the credential /.test(said);
			}),
			{ numRuns: 500 },
		);
	});
});

const TEXT = fc.oneof(fc.constantFrom(KEY, PEM, bare(own.privateKey, 'pkcs1')));
/** One accident to a text. */
const ACCIDENT: fc.Arbitrary<(text: string) => string> = fc
	.record({
		kind: fc.constantFrom('delete', 'insert', 'replace', 'swap', 'case', 'double', 'wrap'),
		at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
		count: fc.integer({ min: 1, max: 80 }),
		char: CHAR,
		wrapping: fc.constantFrom(...WRAPPINGS),
	})
	.map(({ kind, at, count, char, wrapping }) => (text) => {
		const from = Math.floor(at * text.length);
		const [before, after] = [text.slice(0, from), text.slice(from)];
		const piece = after.slice(0, count);
		switch (kind) {
			case 'delete':
				return before + after.slice(count);
			case 'insert':
				return before + char + after;
			case 'replace':
				return before + char + after.slice(1);
			case 'swap':
				return before + after.slice(count, 2 * count) + piece + after.slice(2 * count);
			case 'case':
				return before + piece.toUpperCase() + after.slice(count);
			case 'double':
				return before + piece + after;
			default:
				return wrapping.wrap(text);
		}
	});

const damaged = fc
	.tuple(TEXT, fc.array(ACCIDENT, { minLength: 1, maxLength: 4 }))
	.map(([text, accidents]) => accidents.reduce((next, accident) => accident(next), text));

const hasRunOf = (said: string, key: string) => {
	for (let at = 0; at + 12 <= key.length; at++) {
		if (said.includes(key.slice(at, at + 12))) return true;
	}
	return false;
};

describe('a damaged private key', () => {
	it('is read as the intended key, or refused without quoting it', () => {
		fc.assert(
			fc.property(damaged, (text) => {
				const key = readPrivateKey(text);
				if (key.ok) return key.value.publicId === OWN;
				const said = key.fault.message + key.fault.solution;
				return !hasRunOf(said, KEY.slice(40)) && key.fault.code === 'invalid-credential';
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe('a damaged public key', () => {
	it('is never read as another key when characters are missing or extra', () => {
		const shorter = fc.tuple(
			fc.nat(PUBLIC.length - 1),
			fc.integer({ min: 1, max: 80 }),
			fc.boolean(),
		);
		fc.assert(
			fc.property(shorter, ([at, count, isMissing]) => {
				const text = isMissing
					? PUBLIC.slice(0, at) + PUBLIC.slice(at + count)
					: PUBLIC.slice(0, at) + 'A'.repeat(count) + PUBLIC.slice(at);
				const key = readAlipayPublicKey(text);
				return !key.ok || key.value.id === THEIRS;
			}),
			{ numRuns: 500 },
		);
	});

	it('is detected in nine of ten cases when a character was changed', () => {
		let passed = 0;
		for (let at = 0; at < 200; at++) {
			const place = 44 + at;
			const char = PUBLIC[place] === 'A' ? 'B' : 'A';
			const text = PUBLIC.slice(0, place) + char + PUBLIC.slice(place + 1);
			if (readAlipayPublicKey(text).ok) passed++;
		}
		expect(passed).toBeLessThan(50);
	});
});

describe('the reader of pasted texts', () => {
	/**
	 * The better of two runs, in milliseconds of this process, because other processes can keep the
	 * machine busy.
	 */
	const msOf = (text: string) => {
		const runs = [1, 2].map(() => {
			const start = process.cpuUsage();
			readPrivateKey(text);
			return process.cpuUsage(start).user / 1000;
		});
		return Math.min(...runs);
	};

	it.each([
		...'A-_=~*#\\"\'`<>&%(){}[].,:;+/0 \t\n\ré私，…'.split(''),
		...['MII', 'BEGIN ', 'END KEY', '-----BEGIN CERTIFICATE-----', '%41', '%25', '=\n', '=3D'],
		...['> ', '"+', '" + "', '&amp;', '<br>', '<!--', '<a b="', 'a=', 'key: ', 'a=b\n', '{"a":'],
		...[
			'\\\n',
			'\\u0041',
			'# a\n',
			'```\n',
			'1 a\n',
			'\u200b',
			') .a(',
			';a+=',
			'Proc-Type:',
			'(-',
		],
	])('needs time in proportion to the length: %j', (piece) => {
		const textOf = (length: number) => piece.repeat(Math.floor(length / piece.length));
		// Four times the length costs four times the time; quadratic time would cost sixteen times.
		expect(msOf(textOf(24_000))).toBeLessThan(10 * msOf(textOf(6_000)) + 100);
		expect(msOf(KEY + textOf(22_000))).toBeLessThan(10 * msOf(KEY + textOf(4_000)) + 100);
	});

	it('does not read more than any real file contains', () => {
		expect(msOf('A'.repeat(1_000_000))).toBeLessThan(msOf('A'.repeat(24_000)) + 50);
	});

	it('ends without an exception for any text', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({ unit: 'binary' }),
					fc.array(CHAR, { maxLength: 300 }).map((all) => all.join('')),
				),
				(text) => {
					expect(readPrivateKey(text).ok).toBe(false);
				},
			),
			{ numRuns: 1_000 },
		);
	});

	it('names each wrapping that it removes once', () => {
		const names = [...ENCODINGS, ...PLACES, ...REMARKS].map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
	});
});
