import { describe, expect, it } from 'vitest';
import { DAMAGES, EXPOSED, FIELDS, type DamageName } from '../../alipay/application/damages.ts';
import { fault } from '../support/answers.mts';
import { EXAMPLES, KEY, PEM, PUBLIC, read } from './damages.mts';

const NAMES = Object.keys(DAMAGES) as DamageName[];

/** What is filled in; words where nothing else is known. */
const FILLED: Readonly<Record<string, string>> = {
	count: '\\d+ characters?',
	begins: '\\d+ BEGIN lines?',
	ends: '\\d+ END lines?',
	line: '\\d+',
	position: '\\d+',
};

/** What a message of a damage looks like, whatever was filled in. */
const patternOf = (name: DamageName): RegExp => {
	const sentence = DAMAGES[name].sentence
		.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
		.replace(/\{(\w+)\}/g, (_all, value: string) => FILLED[value] ?? '.+');
	return new RegExp(`^The [A-Z][\\w ]+ of the credential ${sentence}$`, 'u');
};
const PATTERNS = NAMES.map((name) => ({ name, pattern: patternOf(name) }));

/** The damages whose sentence a message is. */
const damagesIn = (message: string): DamageName[] =>
	PATTERNS.filter(({ pattern }) => pattern.test(message.replace(EXPOSED, ''))).map(
		({ name }) => name,
	);

/** The 12-character runs of a text, white space aside. */
function runsOf(text: string): string[] {
	const chars = text.replace(/\s/g, '').slice(0, 5_000);
	return Array.from(chars, (_char, at) => chars.slice(at, at + 12)).filter(
		(run) => run.length === 12,
	);
}

describe('the table of damages', () => {
	it('has an example for each', () => {
		expect(NAMES.filter((name) => !EXAMPLES.some(({ damage }) => damage === name))).toEqual([]);
	});

	it('has no two sentences alike', () => {
		expect(new Set(NAMES.map((name) => DAMAGES[name].sentence)).size).toBe(NAMES.length);
	});

	it('counts more than a hundred examples', () => expect(EXAMPLES.length).toBeGreaterThan(100));
});

describe.each(EXAMPLES)('$field with $damage: $name', (example) => {
	const { damage, field, text } = example;

	it('is named in words that fit it alone, with the field and what to do', () => {
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

	it.each([1, 2, 3, 4, 5, 40, 63, 64, 100])('is that of %i missing characters', (count) => {
		const words = `is ${count} character${count === 1 ? '' : 's'} short`;
		expect(said(KEY.slice(0, 700) + KEY.slice(700 + count))).toContain(words);
		expect(said(KEY.slice(0, -count))).toContain(words);
	});

	it.each([1, 2, 3, 4, 5, 40, 64])('is that of %i characters too many', (count) => {
		const words = `has ${count} character${count === 1 ? '' : 's'} too many`;
		const more = 'x'.repeat(count);
		expect(said(KEY.slice(0, 700) + more + KEY.slice(700))).toContain(words);
		expect(said(KEY + more)).toContain(words);
	});

	it.each([
		['on one line', KEY, 700, 'line 1, position 701'],
		['in PEM', PEM, PEM.split('\n').slice(0, 4).join('\n').length + 11, 'line 5, position 11'],
	])('says where a strange character stands, %s', (_name, text, at, place) => {
		expect(said(`${text.slice(0, at)}é${text.slice(at)}`)).toContain(`"é" (U+00E9) at ${place}`);
		expect(said(`\u200b${text.slice(0, at)}é${text.slice(at)}`)).toContain(
			`"é" (U+00E9) at ${place}`,
		);
	});

	it('says how many BEGIN and END lines are there', () => {
		expect(said(PEM.replace('BEGIN', 'BEGN').replaceAll('\n', ' '))).toContain(
			'has a damaged BEGIN or END line (line 1); 0 BEGIN lines and 1 END line can be read',
		);
	});

	it('never says that an end is missing that is there', () => {
		for (let at = 20; at < KEY.length - 40; at += 13) {
			expect(said(KEY.slice(0, at) + KEY.slice(at + 4))).not.toMatch(/its end is missing/);
		}
	});
});

describe('a secret in a field that is shown', () => {
	it.each([
		['whole', KEY],
		['in PEM', PEM],
		['cut off', KEY.slice(0, 800)],
		['without its beginning', KEY.slice(40)],
		['with a missing character', KEY.slice(0, 500) + KEY.slice(501)],
		['with a damaged line', PEM.replace('BEGIN', 'BEGN').replaceAll('\n', ' ')],
		['with a strange character', PEM.replace('\nMII', '\né')],
		['in base64 once more', Buffer.from(PEM).toString('base64')],
		['in small letters', KEY.toLowerCase()],
		['with l for I', `Ml${KEY.slice(2)}`],
		[
			'in base64 once more, damaged',
			Buffer.from(PEM)
				.toString('base64')
				.replace(/(?<=^.{200})./, ''),
		],
		['bare in base64 once more, damaged', Buffer.from(KEY).toString('base64').slice(0, -1)],
		['beside the right key', `${PUBLIC}\n${KEY}`],
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

	it('is named first when both keys changed places', () => {
		const found = fault(
			read({ field: 'alipayPublicKey', text: KEY, others: { privateKey: PUBLIC } }),
		);
		expect(found.message).toMatch(/^The Alipay Public Key .* contains a private key.*empty it/);
	});

	it('is not warned about when it is a public key', () => {
		const found = fault(read({ field: 'alipayPublicKey', text: PUBLIC.slice(0, 200) }));
		expect(found.message).not.toContain(EXPOSED);
	});
});
