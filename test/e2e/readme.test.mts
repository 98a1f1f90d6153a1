/** "Try it in n8n's editor" of the README, with each click as it is written there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { N8nClient } from '../../tools/sandbox/client.mts';
import { N8N_FOLDER } from '../../tools/sandbox/install.mts';
import { freePort } from '../../tools/sandbox/server.mts';
import { openChromium } from './browser.mts';
import type { Chromium } from './browser.mts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const [, section = ''] =
	/### Try it in n8n's editor\n(.*?)\n## /s.exec(readme) ?? expect.fail('The section is gone');

/** A label as the README prints it, in bold; each must be used. */
const unused = new Set([...section.matchAll(/\*\*(.+?)\*\*/g)].map(([, label]) => label as string));
function label(text: string): string {
	expect(section).toContain(`**${text}**`);
	unused.delete(text);
	return text;
}
/** The texts to type according to the README, in code. */
function typed(before: string): string {
	return new RegExp(`\\*\\*${before}\\*\\* \`([^\`]+)\``).exec(section)?.[1] ?? expect.fail(before);
}

let data: string;
let chromium: Chromium;
let guide = '';
let stop: () => Promise<unknown>;

beforeAll(async () => {
	data = mkdtempSync(path.join(N8N_FOLDER, 'test-readme-'));
	const flags = ['--port', String(await freePort()), '--data', path.join(data, 'home')];
	const child = spawn('npm', ['start', '--', ...flags], { cwd: ROOT, detached: true });
	stop = async () => {
		const ended = once(child, 'close');
		// Ctrl-C reaches the whole process group of a terminal.
		process.kill(-(child.pid as number), 'SIGINT');
		await ended;
	};
	await new Promise<void>((resolve, reject) => {
		child.on('close', () => reject(new Error(guide)));
		child.stdout.on('data', (chunk) => {
			guide += chunk;
			if (guide.includes('To stop, press Ctrl-C')) resolve();
		});
	});
	const [, url = '', email = '', password = ''] =
		/ready: (\S+)[^]*sign in: (\S+), password (\S+)/.exec(guide) ?? [];
	chromium = await openChromium({ client: new N8nClient(url), account: { email, password } });
});
afterAll(async () => {
	await chromium?.close();
	await stop?.();
	rmSync(data, { recursive: true, force: true });
});

it('leads to an executed query in n8n, click by click', async () => {
	const editor = await chromium.visit();
	const { page } = editor;
	const [, example = ''] = /(\S+) {2}\(00-query-rows\.json\)/.exec(guide) ?? [];
	await page.goto(example);
	await page.getByTestId('execute-workflow-button').getByText(label('Execute workflow')).click();
	await page.getByText('Workflow executed successfully').waitFor();
	await editor.openNode(label('Alipay'));
	await editor.output.getByText('Success Branch (7 items)').waitFor();
	await editor.output.getByText(label('Schema'), { exact: true }).click();
	await editor.output.getByText(`${label('Error Branch')} (3 items)`).click();
	await editor.output.getByText(label('JSON'), { exact: true }).click();
	await editor.output.getByText('Operation ID (operation_id) is not').first().waitFor();

	label('×');
	await editor.closeNode();
	await page.getByTestId('project-home-menu-item').click();
	await page.getByText(label('Overview'), { exact: true }).first().waitFor();
	await page.getByText(label('Create workflow'), { exact: true }).click();
	await page.getByText(label('Add first step…')).waitFor();
	label('+');
	await page.getByTestId('canvas-add-button').click();
	await page.getByText(label('Trigger manually'), { exact: true }).click();
	await page.getByTestId('canvas-handle-plus').first().click();
	await page.getByTestId('node-creator-search-bar').fill('alipay');
	const found = page.getByTestId('item-iterator-item').filter({ hasText: 'Alipay' });
	await found.first().click();
	await page.getByText(label('Query coupon operation'), { exact: true }).click();

	await editor.parameters.getByText(label('Credential'), { exact: true }).waitFor();
	const chosen = editor.parameters.getByTestId('node-credentials-select').locator('input');
	expect(await chosen.inputValue()).toBe('Alipay API (simulator)');
	await editor.field('authNo').fill(typed(label('Auth No')));
	await editor.field('operationId').fill(typed(label('Operation ID')));
	await page.getByTestId('node-execute-button').getByText(label('Execute step')).click();
	await editor.output.getByText('1 item').waitFor();
	await editor.showOutputAs('table');
	const row = await editor.output.locator('tbody tr').first().innerText();
	expect(row).toContain(typed('Auth No'));
	expect(row).toMatch(/CLOSED\s+PAY\s+66\s+0\s/);
	expect(guide).toContain('10000 CLOSED');
	expect([...unused], 'labels of the README that nobody clicked').toEqual([]);
	await editor.close();
});
