/**
 * The switch of the credential's form, in the editor of both releases: hidden values stay in use.
 */
import { describe, expect, it } from 'vitest';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { CLOSED_OPERATION } from '../support/parameters.mts';
import { editor, inBrowser, PATIENTLY, stage } from './browser.mts';

const BEHIND = ['encryptKey', 'appAuthToken', 'signType', 'charset', 'allowedDomains'];

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	inBrowser({ release });

	it('values that the switch hides are saved, and stay in use', async () => {
		const { page } = editor;
		const shown = async () => {
			const seen = await Promise.all(
				BEHIND.map(async (name) => await editor.parameter(name).isVisible()),
			);
			return BEHIND.filter((_, at) => seen[at]);
		};
		const toggle = async () =>
			await editor.parameter('showMoreSettings').locator('.el-switch').click();
		const save = async () => {
			const saved = page.waitForResponse(
				(response) =>
					response.request().method() === 'PATCH' && response.url().includes('/rest/credentials/'),
			);
			await editor.saveCredential();
			await saved;
			await editor.credential.getByText('Connection tested successfully').waitFor();
		};
		const open = async (id: string) => {
			await page.goto(`/home/credentials/${id}`);
			await editor.credential.getByText('Connection tested successfully').waitFor();
		};
		const credential = await stage.client.saveCredential(
			undefined,
			'More',
			'alipayApi',
			stage.form,
		);
		await open(credential.id);
		expect(await shown()).toEqual([]);
		await toggle();
		await expect.poll(shown, PATIENTLY).toEqual(BEHIND);
		expect(await editor.field('allowedDomains').inputValue()).toBe('127.0.0.1');
		await editor.field('encryptKey').fill(stage.simulator.encryptKey);
		await editor.choose('charset', 'GBK');
		await save();
		await toggle();
		await expect.poll(shown, PATIENTLY).toEqual([]);
		await save();

		await open(credential.id);
		expect(await shown()).toEqual([]);
		const workflow = chain('More', [{}], alipay({ credential }, CLOSED_OPERATION));
		const { items } = await stage.client.execute(workflow, 'Start');
		expect(items('Alipay')[0]?.json.status).toBe('CLOSED');
		expect(stage.simulator.requests.at(-1)?.params).toMatchObject({
			...{ charset: 'gbk', encrypt_type: 'AES' },
		});
		await toggle();
		await expect.poll(shown, PATIENTLY).toEqual(BEHIND);
		expect(await editor.field('encryptKey').inputValue()).toMatch(/BLANK_VALUE/);
	});
});
