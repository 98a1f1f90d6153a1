/** Writes docs/codes.md from the catalogue: `npm run docs:codes`. A test fails when the page is stale. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CATALOGUE, type CatalogueEntry } from '../../alipay/errors/gatewayCodes.ts';
import { LOCAL_FAULTS } from '../../alipay/errors/fault.ts';

export const PAGE = fileURLToPath(new URL('../../docs/codes.md', import.meta.url));

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;

const entryRow = (code: string, { meaning, solution, retryable, cause }: CatalogueEntry) =>
	row(code, meaning, solution, retryable ? 'yes' : 'no', cause);

/** The page as text. */
export function codesPage(): string {
	const local = Object.entries(LOCAL_FAULTS).map(([name, { meaning, retryable, cause }]) =>
		row(`\`${name}\``, meaning, retryable ? 'yes' : 'no', cause),
	);
	const groups = Object.entries(CATALOGUE).map(([code, { general, subCodes }]) => [
		`### ${code}`,
		'',
		row('sub_code', 'meaning', 'what to do', 'retryable', 'cause'),
		row('---', '---', '---', '---', '---'),
		...Object.entries(subCodes).map(([name, entry]) => entryRow(`\`${name}\``, entry)),
		entryRow('any other', general),
		'',
	]);
	return [
		'# Codes',
		'',
		'Generated from the catalogue in `alipay/` by `npm run docs:codes`; do not edit.',
		'',
		'A faulty item carries `details.code`, `details.sub_code` and `details.retryable`: whether asking again',
		'can help. The node does so by itself (Max Tries), but for `gateway-call-limit`, which ends a run.',
		'"Cause" is what n8n is told about the failure.',
		'',
		'## Found by the node',
		'',
		row('code', 'meaning', 'retryable', 'cause'),
		row('---', '---', '---', '---'),
		...local,
		'',
		'## Answered by Alipay',
		'',
		'The business codes of 40004 may carry a prefix such as `ACQ.`. A code that is not listed here passes',
		'through unchanged.',
		'',
		...groups.flat(),
	].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(PAGE, codesPage());
