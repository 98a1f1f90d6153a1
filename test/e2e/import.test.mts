/** Each example, imported in n8n's editor by a person who has just installed the node. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WorkflowJson } from '../../tools/sandbox/client.mts';
import { examples } from '../../tools/sandbox/examples.mts';
import { editor, inBrowser, PATIENTLY, stage, TOAST } from './browser.mts';

/** What only the user can provide, by the type of the node. n8n must not ask for anything else. */
const ONLY_THE_USER_HAS: Record<string, string[]> = {
	'n8n-nodes-base.googleSheets': [
		'Parameter "Document" is required.',
		'Credentials for Google Sheets are not set.',
	],
	'@n8n/n8n-nodes-langchain.lmChatOpenAi': ['Credentials for OpenAI Chat Model are not set.'],
};

/** Not the newest: it reads the secret from a credential that n8n 1.123 does not have. */
const OLDER: Record<string, number> = { 'n8n-nodes-base.crypto': 1 };

const STICKY_NOTE = 'n8n-nodes-base.stickyNote';

inBrowser();

/** The newest version that this n8n has of each type of node. */
const newest = new Map<string, number>();

beforeAll(async () => {
	for (const { name, version } of await stage.client.nodeTypes()) {
		newest.set(name, Math.max(newest.get(name) ?? 0, ...[version].flat()));
	}
});

/** The workflow's menu → Import → From file… */
async function importFile(file: string) {
	const { page } = editor;
	await editor.go('/workflow/new');
	await page.getByTestId('workflow-menu').click();
	await page.getByRole('menuitem', { name: 'Import' }).click();
	const chooser = page.waitForEvent('filechooser');
	await page.getByRole('menuitem', { name: /file/i }).click();
	await (await chooser).setFiles(file);
	await page.getByTestId('canvas-node').first().waitFor();
}

const files = [...examples({ id: '', name: '' }).keys()];

describe.each(files)('%s', (name) => {
	const file = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
	const { nodes } = JSON.parse(readFileSync(file, 'utf8')) as WorkflowJson;
	const notes = nodes.filter(({ type }) => type === STICKY_NOTE);
	const others = nodes.filter(({ type }) => type !== STICKY_NOTE);

	it('has each node in the newest version of this n8n, and a note with its purpose', () => {
		for (const { type, typeVersion } of nodes) {
			expect([type, typeVersion]).toEqual([type, OLDER[type] ?? newest.get(type)]);
		}
		expect(notes.length).toBeGreaterThan(0);
	});

	it('is imported completely, without a warning, and needs only what the user must provide', async () => {
		const { page } = editor;
		await importFile(file);
		await expect
			.poll(async () => await page.getByTestId('canvas-node').count(), PATIENTLY)
			.toBe(others.length);
		expect(await page.getByTestId('sticky').count()).toBe(notes.length);

		const ofAlipay = others.filter(({ credentials }) => credentials?.alipayApi).length;
		const toasts = page.locator(TOAST);
		// Without a node that uses a credential there is no message.
		if (ofAlipay > 0) await toasts.first().waitFor();
		await page.getByTestId('zoom-to-fit').click();
		for (const { name: title, type } of others) {
			const flag = editor.node(title).getByTestId('node-issues');
			const missing = ONLY_THE_USER_HAS[type] ?? [];
			await expect
				.poll(async () => await flag.count(), { ...PATIENTLY, message: title })
				.toBe(Math.min(missing.length, 1));
			if (missing.length === 0) continue;
			await flag.hover();
			const tooltip = page.locator('[data-side]').filter({ hasText: 'Issues' });
			await tooltip.waitFor();
			const issues = (await tooltip.innerText()).split('\n').filter(Boolean).slice(1);
			expect([title, ...issues]).toEqual([title, ...missing]);
			await page.mouse.move(0, 0);
			await tooltip.waitFor({ state: 'hidden' });
		}

		// n8n reports that it selected the only credential, in other words for several nodes. It
		// reports nothing else.
		const chosen =
			ofAlipay === 1 ? `We selected "${stage.credential.name}" credentials` : 'We added existing';
		for (const words of await toasts.allInnerTexts()) expect(words).toContain(chosen);
		// n8n saves it by itself, and then shows it at its own address.
		await page.waitForURL(({ href }) => !/\bnew\b/.test(href));
	});
});
