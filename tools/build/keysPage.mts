/** docs/keys.md, from the tables of alipay/. */
import { DAMAGES, FIELDS, filled, type Damage } from '../../alipay/application/damages.ts';
import { SHORT_DAMAGES, SHORT_FIELDS } from '../../alipay/application/shortFields.ts';
import { ENCODINGS, PLACES, REMARKS } from '../../alipay/application/wrappings.ts';
import { table } from './markdown.mts';

/** What the sentences leave open, as the page writes it. */
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

/** A sentence as the pages write it. */
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
		'Generated from the tables in `alipay/application/` by `npm run docs:generate`; do not edit.',
		'',
		'The credential reads keys and certificates as they are pasted, and names what it cannot read. No message quotes a key.',
		'A key is read only if it is, byte for byte, the one that was meant: DER says how long it is, and the numbers of a',
		'private key must fit together. A public key has no such proof: of changed characters in it, one in about eight passes',
		'unnoticed, until the signature of the first response does not fit.',
		'',
		'## What is read as it is',
		'',
		'In any combination, one within the other:',
		'',
		...wrappings,
		'- base64url (`-` and `_`), a missing `=` at the end, blanks in place of each `+`',
		'- a missing BEGIN or END line, as long as no text is lost; any case, any run of dashes, or none',
		'- base64 of all that, once more',
		'',
		'Certificates may stand in any order: the one that is meant has issued none of the others. The same key twice is one key.',
		'In the Private Key its own public key, certificate or certificate request may stand beside it.',
		'',
		'## What is wrong with a key or certificate',
		'',
		'Each sentence begins with “The Private Key of the credential” or with another field. Where a secret stands in a field that',
		'the form shows, it ends with “This field is not hidden: empty it and save”.',
		'',
		...table(['The … of the credential', 'what to do first'], rowsOf(DAMAGES)),
		'',
		'Then:',
		'',
		...table(['field', 'what to do'], adviceOf(FIELDS)),
		'',
		'## What is wrong with a short field',
		'',
		'Quotation marks, invisible characters, full-width characters, punctuation at the end, names such as `app_id=` and `Bearer` are',
		'taken off. The App Auth Token of the node and of the trigger is read in the same way.',
		'',
		...table(['The … of the credential', 'what to do first'], rowsOf(SHORT_DAMAGES)),
		'',
		'Then:',
		'',
		...table(['field', 'what to do'], adviceOf(SHORT_FIELDS)),
		'',
	].join('\n');
}
