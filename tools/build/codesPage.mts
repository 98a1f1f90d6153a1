/** Generates docs/codes.md from the tables in alipay/. */
import type { Code } from '../../alipay/errors/code.ts';
import { LOCAL_FAULTS } from '../../alipay/errors/fault.ts';
import { CATALOGUE } from '../../alipay/errors/gatewayCodes.ts';
import { METHODS } from '../../alipay/methods/index.ts';
import { code, table } from './markdown.mts';

const HEAD = ['sub_code', 'meaning', 'what to do', 'retryable', 'cause'];

const yesNo = (value: boolean) => (value ? 'yes' : 'no');

const cellsOf = (name: string, { meaning, solution, retryable, cause }: Code) => [
	name,
	meaning,
	solution,
	yesNo(retryable),
	cause,
];

const cellsOfAll = (codes: Readonly<Record<string, Code>>) =>
	Object.entries(codes).map(([name, entry]) => cellsOf(code(name), entry));

/** The page as text. */
export function codesPage(): string {
	const local = Object.entries(LOCAL_FAULTS).map(([name, { meaning, retryable, cause }]) => [
		code(name),
		meaning,
		yesNo(retryable),
		cause,
	]);
	const gateway = Object.entries(CATALOGUE).flatMap(([name, { general, subCodes }]) => [
		`### ${name}`,
		'',
		...table(HEAD, [...cellsOfAll(subCodes), cellsOf('any other', general)]),
		'',
	]);
	const business = METHODS.flatMap(({ name, codes }) => [
		`### ${name}`,
		'',
		...table(HEAD, cellsOfAll(codes)),
		'',
	]);
	return [
		'# Codes',
		'',
		'For operators and admins: what each code of a failed item means, and what to do.',
		'',
		'Generated from the tables in `alipay/` by `npm run docs:generate`; do not edit.',
		'',
		'A failed item has `details.code`, `details.sub_code` and `details.retryable`. `retryable` says whether',
		'a retry can help. The node retries by itself (Max Tries), except for `gateway-call-limit`.',
		'*Cause* is the cause that the node reports to n8n.',
		'',
		'## Found by the node',
		'',
		...table(['code', 'meaning', 'retryable', 'cause'], local),
		'',
		'## From the gateway',
		'',
		'The node passes a code that is not in these tables through unchanged.',
		'',
		...gateway,
		'## From a method: 40004',
		'',
		'Each method has its own business codes. Alipay may add a prefix such as `ACQ.` to them.',
		'',
		...business,
	].join('\n');
}
