/** docs/codes.md, from the tables of alipay/. */
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
		'Generated from the tables in `alipay/` by `npm run docs:generate`; do not edit.',
		'',
		'A failed item has `details.code`, `details.sub_code` and `details.retryable`: whether asking again',
		'can help. The node does so by itself (Max Tries), but for `gateway-call-limit`.',
		'"Cause" is what n8n is told about the failure.',
		'',
		'## Found by the node',
		'',
		...table(['code', 'meaning', 'retryable', 'cause'], local),
		'',
		'## From the gateway',
		'',
		'A code that is not listed passes through unchanged.',
		'',
		...gateway,
		'## From a method: 40004',
		'',
		'Each method has business codes of its own. Alipay may write a prefix such as `ACQ.` before them.',
		'',
		...business,
	].join('\n');
}
