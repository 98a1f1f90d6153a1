/**
 * The steps of the README for an operator's spreadsheet, with each click as it is written there.
 */
import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import readXlsx from 'read-excel-file/node';
import { expect, it } from 'vitest';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { editor, inBrowser, stage } from './browser.mts';

const MOST_CLICKS = 12;

const readText = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const [, section = ''] =
	/## Your own spreadsheet in five steps\n(.*?)\n\*\*In your own workflow/s.exec(
		readText('README.md'),
	) ?? expect.fail('The section is gone');

/** A label as the README prints it, in bold. */
function label(text: string): string {
	expect(section).toContain(`**${text}**`);
	return text;
}

const OWN_ROWS = [SAMPLES.closed, SAMPLES.rich, SAMPLES.refund];
const FILE = {
	name: '红包.csv',
	mimeType: 'text/csv',
	buffer: Buffer.from(
		[
			'auth_no,operation_id',
			...OWN_ROWS.map(({ auth_no, operation_id }) => `${auth_no},${operation_id}`),
		].join('\n'),
	),
};

inBrowser();

it(`a person gets the results of three own rows after at most ${MOST_CLICKS} clicks`, async () => {
	const { page } = editor;
	let clicks = 0;
	const click = async (target: Locator, move: 'click' | 'dblclick' = 'click') => {
		await target[move]();
		clicks++;
	};
	await page.goto('/home/credentials');
	const started = Date.now();
	label('Overview');
	await click(page.getByTestId('project-home-menu-item'));
	await click(page.getByText(label('Create workflow'), { exact: true }).first());
	await page.getByText('Add first step…').waitFor();

	const [, example = ''] = /\]\((examples\/.*?)\)/.exec(section) ?? [];
	await click(page.locator('.vue-flow__pane'));
	await editor.paste(readText(example));

	await click(editor.node(label('Alipay')), 'dblclick');
	label('Credential');
	await click(editor.parameters.getByTestId('node-credentials-select'));
	await click(page.getByText(stage.credential.name, { exact: true }).last());
	await click(page.getByTestId('ndv-close-button'));

	const opening = page.waitForEvent('popup');
	await click(page.getByTestId('execute-workflow-button').getByText(label('Execute workflow')));
	const form = await opening;
	const allow = form.getByRole('button', { name: label('Allow access') });
	const upload = form.locator('input[type=file]');
	await allow.or(upload).first().waitFor();
	if (await allow.isVisible()) await click(allow);
	const choosing = form.waitForEvent('filechooser');
	await click(upload);
	await (await choosing).setFiles(FILE);
	const downloading = form.waitForEvent('download', { timeout: 60_000 });
	await click(form.getByRole('button', { name: label('Look up') }));
	const [sheet] = await readXlsx(readFileSync(await (await downloading).path()));

	console.log(`${clicks} clicks, ${((Date.now() - started) / 1000).toFixed(0)} s`);
	const [names = [], ...rows] = sheet?.data as string[][];
	const statuses = rows.map((row) => row[names.indexOf('alipay_status')]);
	expect(statuses).toEqual(['CLOSED', 'SUCCESS', 'SUCCESS']);
	expect(clicks).toBeLessThanOrEqual(MOST_CLICKS);
});
