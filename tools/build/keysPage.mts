/** Generates docs/keys.md from the tables in alipay/. */
import { DAMAGES, FIELDS, filled, type Damage } from '../../alipay/application/damages.ts';
import { SHORT_DAMAGES, SHORT_FIELDS } from '../../alipay/application/shortFields.ts';
import { ENCODINGS, PLACES, REMARKS } from '../../alipay/application/wrappings.ts';
import { table } from './markdown.mts';

/** The values for the placeholders in the sentences, as the page shows them. */
const EXAMPLES = {
	...{ count: 'N characters', begins: 'N BEGIN lines', ends: 'N END lines', line: 'L' },
	...{
		position: 'P',
		character: '"…"',
		start: 'Ml',
		date: '…',
		certified: 'A',
		appId: 'B',
		inner: '…',
	},
	...{ digits: 'N digits', bytes: 'N bytes' },
	...{ kind: 'a public key (or what it is)', wanted: 'an RSA private key (or what belongs there)' },
};

/** A sentence as the page shows it. */
export const sentenceOf = ({ sentence }: Damage) => filled(sentence, EXAMPLES);

const rowsOf = (damages: Readonly<Record<string, Damage>>) =>
	Object.values(damages).map((damage) => [sentenceOf(damage), damage.advice ?? '']);

const adviceOf = (fields: Readonly<Record<string, { label: string; advice: string }>>) =>
	Object.values(fields).map(({ label, advice }) => [label, advice]);

/** The page as text. */
export function keysPage(): string {
	const wrappings = [...ENCODINGS, ...PLACES, ...REMARKS].map(({ name }) => `- ${name}`);
	return [
		'# Keys and other pasted fields',
		'',
		'For operators and admins: in which forms you can paste the fields of the credential, and what each message about them',
		'means.',
		'',
		'Generated from the tables in `alipay/application/` by `npm run docs:generate`; do not edit.',
		'',
		'Paste keys and certificates as you have them. If the credential cannot read one, it says what is wrong. Messages never',
		'contain a key. The credential accepts a key only if every byte is correct: DER states the length of the key, and the',
		'numbers of a private key must fit together. A public key has no such check. About one in eight changed characters in a',
		'public key is not noticed until the signature of the first response does not match.',
		'',
		'## Accepted forms',
		'',
		'In any combination, also one inside the other:',
		'',
		...wrappings,
		'- base64url (`-` and `_`), a missing `=` at the end, blanks in place of each `+`',
		'- a missing BEGIN or END line, if no key text is missing; upper or lower case; any number of dashes, or no dashes',
		'- base64 of all these forms, once more',
		'',
		'Certificates can be in any order: the credential uses the certificate that did not issue any of the others. The same',
		'key twice counts as one key. The Private Key field can also contain the matching public key, certificate or certificate',
		'request.',
		'',
		'## What is wrong with a key or certificate',
		'',
		'Each sentence begins with “The Private Key of the credential” or with another field. If a visible field of the form',
		'contains a secret, the sentence ends with “This field is not hidden: clear it and save the credential”.',
		'',
		...table(['The … of the credential', 'what to do first'], rowsOf(DAMAGES)),
		'',
		'Then:',
		'',
		...table(['field', 'what to do'], adviceOf(FIELDS)),
		'',
		'## What is wrong with a short field',
		'',
		'The credential removes quotation marks, invisible characters, punctuation at the end, and names such as `app_id=` and',
		'`Bearer`. It also accepts full-width characters. The App Auth Token of the node and of the trigger is read in the same way.',
		'',
		...table(['The … of the credential', 'what to do first'], rowsOf(SHORT_DAMAGES)),
		'',
		'Then:',
		'',
		...table(['field', 'what to do'], adviceOf(SHORT_FIELDS)),
		'',
	].join('\n');
}
