/** The notification trigger in n8n's editor, in a real browser. */
import { expect, it } from 'vitest';
import { editor, inBrowser, PATIENTLY, stage } from './browser.mts';
import { createListener, heardBy, notify, SUCCESS, TRIGGER } from './notifications.mts';
import { CLOSED_ITEM } from './stage.mts';

inBrowser();

it('"Listen for test event" accepts a notification to the test URL, and a forged one does not end it', async () => {
	const listener = await createListener(stage, 'Test event');
	await editor.openWorkflow(listener.id);
	await editor.openNode(TRIGGER);
	await editor.page.getByTestId('node-execute-button').click();
	const send = async (forgery?: 'changed-amount') =>
		heardBy(await notify(stage, listener.testUrl, forgery && { forgery }));
	// n8n needs a moment to register the URL; until then it returns 404.
	await expect.poll(async () => (await send('changed-amount')).status, PATIENTLY).toBe(401);
	expect(await send()).toEqual(SUCCESS);
	const { operation_id, status, amount } = CLOSED_ITEM;
	await expect
		.poll(async () => await editor.outputJson(), PATIENTLY)
		.toMatchObject([{ operation_id, status, amount, notification: { signature_verified: true } }]);
	await editor.picture('notification', editor.details, 700);
});

it('shows kinds and statuses, says where to enter the URL, and hides fields that only n8n reads', async () => {
	const listener = await createListener(stage, 'Form', { statuses: ['CLOSED'] });
	await editor.openWorkflow(listener.id);
	await editor.openNode(TRIGGER);
	expect(await editor.labels()).toEqual(['Credential', 'Kinds', 'Statuses', 'Options']);
	await editor.parameters.getByText('application gateway').first().waitFor();
	await editor.parameter('kinds').click();
	for (const kind of ['Coupon Operation', 'Fund Authorization', 'Trade', 'Transfer']) {
		await editor.option(kind).waitFor();
	}
	await editor.page.keyboard.press('Escape');
	await editor.picture('notification-form', editor.details, 700);
});
