import { describe, expect, it } from 'vitest';
import { DAMAGES, EXPOSED, FIELDS, type DamageName } from '../../alipay/application/damages.ts';
import { fault } from '../support/responses.mts';
import { EXAMPLES, KEY, PEM, PUBLIC, read } from './damages.mts';

const NAMES = Object.keys(DAMAGES) as DamageName[];

/** Stands in for each placeholder; words where nothing else is known. */
const FILLED: Readonly<Record<string, string>> = {
	count: '\\d+ characters?',
	begins: '\\d+ BEGIN lines?',
	ends: '\\d+ END lines?',
	line: '\\d+',
	position: '\\d+',
};

/** What a message for a damage looks like with any placeholder values. */
const patternOf = (name: DamageName): RegExp => {
	const sentence = DAMAGES[name].sentence
		.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
		.replace(/\{(\w+)\}/g, (_all, value: string) => FILLED[value] ?? '.+');
	return new RegExp(`^The [A-Z][\\w ]+ of the credential ${sentence}$`, 'u');
};
const PATTERNS = NAMES.map((name) => ({ name, pattern: patternOf(name) }));

/** The damages whose sentence matches a message. */
const damagesIn = (message: string): DamageName[] =>
	PATTERNS.filter(({ pattern }) => pattern.test(message.replace(EXPOSED, ''))).map(
		({ name }) => name,
	);

/** The 12-character runs of a text without its white space. */
function runsOf(text: string): string[] {
	const chars = text.replace(/\s/g, '').slice(0, 5_000);
	return Array.from(chars, (_char, at) => chars.slice(at, at + 12)).filter(
		(run) => run.length === 12,
	);
}

describe('the table of damages', () => {
	it('has an example for each damage', () => {
		expect(NAMES.filter((name) => !EXAMPLES.some(({ damage }) => damage === name))).toEqual([]);
	});

	it('has a different sentence for each damage', () => {
		expect(new Set(NAMES.map((name) => DAMAGES[name].sentence)).size).toBe(NAMES.length);
	});

	it('has more than a hundred examples', () => expect(EXAMPLES.length).toBeGreaterThan(100));
});

describe.each(EXAMPLES)('$field with $damage: $name', (example) => {
	const { damage, field, text } = example;

	it('is described in words that fit it alone, with the field and what to do', () => {
		const found = fault(read(example));
		expect(found).toMatchObject({ code: 'invalid-credential', retryable: false });
		expect(damagesIn(found.message)).toEqual([damage]);
		expect(found.message).toContain(`The ${FIELDS[field].label} of the credential `);
		expect(found.solution).toContain(FIELDS[field].advice);
	});

	it('is not quoted', () => {
		const said = JSON.stringify(fault(read(example)));
		const dates = /\d\d:00:00/.test(said);
		const secret = runsOf(text).filter((run) => !/^[\d.]+$/.test(run));
		expect(dates ? [] : secret.filter((run) => said.includes(run))).toEqual([]);
	});
});

describe('a number in a sentence', () => {
	const said = (text: string) => fault(read({ field: 'privateKey', text })).message;

	it.each([1, 2, 3, 4, 5, 40, 63, 64, 100])('counts %i missing characters', (count) => {
		const words = `is ${count} character${count === 1 ? '' : 's'} too short`;
		expect(said(KEY.slice(0, 700) + KEY.slice(700 + count))).toContain(words);
		expect(said(KEY.slice(0, -count))).toContain(words);
	});

	it.each([1, 2, 3, 4, 5, 40, 64])('counts %i extra characters', (count) => {
		const words = `has ${count} character${count === 1 ? '' : 's'} too many`;
		const more = 'x'.repeat(count);
		expect(said(KEY.slice(0, 700) + more + KEY.slice(700))).toContain(words);
		expect(said(KEY + more)).toContain(words);
	});

	it.each([
		['on one line', KEY, 700, 'line 1, position 701'],
		['in PEM', PEM, PEM.split('\n').slice(0, 4).join('\n').length + 11, 'line 5, position 11'],
	])('gives the position of an unexpected character, %s', (_name, text, at, place) => {
		expect(said(`${text.slice(0, at)}é${text.slice(at)}`)).toContain(`"é" (U+00E9) at ${place}`);
		expect(said(`\u200b${text.slice(0, at)}é${text.slice(at)}`)).toContain(
			`"é" (U+00E9) at ${place}`,
		);
	});

	it('counts the BEGIN and END lines', () => {
		expect(said(PEM.replace('BEGIN', 'BEGN').replaceAll('\n', ' '))).toContain(
			'has a damaged BEGIN or END line (line 1); 0 BEGIN lines and 1 END line can be read',
		);
	});

	it('does not report a missing end when the end is present', () => {
		for (let at = 20; at < KEY.length - 40; at += 13) {
			expect(said(KEY.slice(0, at) + KEY.slice(at + 4))).not.toMatch(/its end is missing/);
		}
	});
});

describe('a secret in a visible field', () => {
	it.each([
		['whole', KEY],
		['in PEM', PEM],
		['cut off', KEY.slice(0, 800)],
		['without its beginning', KEY.slice(40)],
		['with a missing character', KEY.slice(0, 500) + KEY.slice(501)],
		['with a damaged line', PEM.replace('BEGIN', 'BEGN').replaceAll('\n', ' ')],
		['with a strange character', PEM.replace('\nMII', '\né')],
		['in base64 twice', Buffer.from(PEM).toString('base64')],
		['in small letters', KEY.toLowerCase()],
		['with l for I', `Ml${KEY.slice(2)}`],
		[
			'in base64 twice, damaged',
			Buffer.from(PEM)
				.toString('base64')
				.replace(/(?<=^.{200})./, ''),
		],
		['bare in base64 twice, damaged', Buffer.from(KEY).toString('base64').slice(0, -1)],
		['next to the right key', `${PUBLIC}\n${KEY}`],
		['as a token', '201510BBb507dc9f5efe41a0b98ae22f'],
		['as a JSON Web Key', '{"kty":"RSA","n":"AQAB","d":"AQAB"}'],
		['as a PuTTY key', 'PuTTY-User-Key-File-2: ssh-rsa'],
	])('is refused with a warning: a private key %s', (_name, text) => {
		for (const field of ['alipayPublicKey', 'alipayRootPublicCert'] as const) {
			const found = fault(read({ field, text }));
			expect(found.message).toContain(`The ${FIELDS[field].label} of the credential `);
			expect(found.message.endsWith(EXPOSED)).toBe(true);
		}
	});

	it('is named first when both keys are in each other’s field', () => {
		const found = fault(
			read({ field: 'alipayPublicKey', text: KEY, others: { privateKey: PUBLIC } }),
		);
		expect(found.message).toMatch(/^The Alipay Public Key .* contains a private key.*clear it/);
	});

	it.each([
		['App ID', { appId: '' }],
		['Environment', { environment: 'moon' }],
		['Gateway URL', { environment: 'custom', gatewayUrl: 'gateway' }],
		['App Auth Token', { appAuthToken: 'a token' }],
		['Encrypt Key', { encryptKey: 'x' }],
	])('is named first, even when the %s is also wrong', (label, others) => {
		const right = { field: 'alipayPublicKey', text: PUBLIC } as const;
		expect(fault(read({ ...right, others })).message).toContain(`The ${label} of the credential`);
		for (const field of ['alipayPublicKey', 'alipayRootPublicCert'] as const) {
			expect(fault(read({ field, text: KEY, others })).message).toBe(
				`The ${FIELDS[field].label} of the credential contains a private key, not ${field === 'alipayPublicKey' ? 'an RSA public key' : 'a certificate'}${EXPOSED}`,
			);
		}
	});

	it('gets no warning when it is a public key', () => {
		const found = fault(read({ field: 'alipayPublicKey', text: PUBLIC.slice(0, 200) }));
		expect(found.message).not.toContain(EXPOSED);
	});
});
