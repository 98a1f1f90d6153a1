/**
 * The example that alerts on CLOSED, active in real n8n, with a poll each minute. Only the times of
 * its second line, which retries refused messages, are shortened.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Execution } from '../../tools/sandbox/client.mts';
import { example, nodeOf } from '../../tools/sandbox/examples.mts';
import {
	alipayPair,
	generatedNumbers,
	SAMPLES,
} from '../../tools/simulator/fixtures/couponOperation.mts';
import type { CouponNumbers } from '../../tools/simulator/fixtures/couponOperation.mts';
import { openMailbox } from './mailbox.mts';
import type { Mailbox } from './mailbox.mts';
import { openReceiver, TAKEN, textOfPost } from './receiver.mts';
import type { Receiver } from './receiver.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const TABLE = 'alipay_alerts';
/** The time until the next poll, plus the workflow after it. */
const ONE_POLL = { timeout: 60_000 + 20_000, interval: 250 };
const POLLS = 10;

/** Operations that stay open until they are settled. */
const [BY_ALIPAY, BY_MERCHANT, UNMAILED, UNPOSTED, CRASHED, STAYS] = [
	SAMPLES.initial,
	generatedNumbers(100),
	generatedNumbers(200),
	generatedNumbers(300),
	generatedNumbers(400),
	generatedNumbers(500),
];
const UNKNOWN = { auth_no: SAMPLES.closed.auth_no, operation_id: '20261231355864999999' };

let stage: Stage;
let mailbox: Mailbox;
let chat: Receiver;
let workflowId: string;
/** Polls until the first change was reported. */
let toldAt: number;
/** The messages that UNPOSTED accepted; the chat also stores those that it refuses. */
let unposted: number[];

beforeAll(async () => {
	[stage, mailbox, chat] = await Promise.all([openStage(), openMailbox(), openReceiver()]);
	const smtp = await stage.client.saveCredential(undefined, 'Mailbox', 'smtp', mailbox.form);
	const workflow = example('01-alert-on-closed.json', stage.credential, { smtp });
	const { out_order_no: outOrderNo, out_request_no: outRequestNo } = BY_MERCHANT;
	for (const name of ['E-mail', 'E-mail: Cannot Be Watched'])
		nodeOf(workflow, name).disabled = false;
	Object.assign(nodeOf(workflow, 'Alipay Trigger').parameters, {
		operations: { values: [{ identifyBy: 'merchant', outOrderNo, outRequestNo }] },
		watchList: JSON.stringify(
			[BY_ALIPAY, UNMAILED, UNPOSTED, CRASHED, STAYS, SAMPLES.closed, SAMPLES.success, UNKNOWN].map(
				alipayPair,
			),
		),
	});
	const interval = [{ field: 'seconds', secondsInterval: 15 }];
	nodeOf(workflow, 'Every 5 Minutes').parameters.rule = { interval };
	const due = nodeOf(workflow, 'Alerts of Three Days').parameters;
	due.filters = JSON.parse(JSON.stringify(due.filters).replace("10, 'minutes'", "10, 'seconds'"));
	const { parameters } = nodeOf(workflow, 'Group Chat');
	parameters.url = `${chat.url}/robot/send`;
	parameters.options = {};
	workflowId = await stage.client.createWorkflow(workflow);
});
afterAll(async () => {
	await stage?.close();
	await mailbox?.close();
	await chat?.close();
});

/** The messages about an operation, by either channel. */
const sent = ({ operation_id }: Pick<CouponNumbers, 'operation_id'>) => ({
	mails: mailbox.mails.filter(({ text }) => text.includes(operation_id)).map(({ text }) => text),
	messages: chat.posts.map(textOfPost).filter((text) => text.includes(operation_id)),
});
const counts = (numbers: Pick<CouponNumbers, 'operation_id'>) => {
	const { mails, messages } = sent(numbers);
	return [mails.length, messages.length];
};

const rowOf = async ({ operation_id }: CouponNumbers) =>
	(await stage.client.rows(TABLE)).find(({ alert }) => String(alert).includes(operation_id));

/** One poll looks up the operation that stays INIT once. */
const polls = () =>
	stage.simulator.requests.filter(({ numbers }) => numbers.endsWith(`/${STAYS.operation_id}`))
		.length;
async function morePolls(count: number) {
	const goal = polls() + count;
	await expect.poll(polls, { ...ONE_POLL, timeout: count * 65_000 }).toBeGreaterThanOrEqual(goal);
	// The workflow after the last of them.
	await expect.poll(busy, ONE_POLL).toBe(false);
}
const busy = async () =>
	(await executions()).some(({ status }) => ['new', 'running'].includes(status));

const executions = async () => await stage.client.executions(workflowId);

it('alerts about operations closed before the first poll, and reports once what cannot be watched', async () => {
	await stage.client.publish(workflowId);
	await expect.poll(() => counts(SAMPLES.closed), ONE_POLL).toEqual([1, 1]);
	expect(sent(SAMPLES.closed).mails[0]).toContain('is now CLOSED (before: unknown)');
	await expect.poll(() => counts(UNKNOWN), ONE_POLL).toEqual([1, 0]);
	const [mail] = mailbox.mails.filter(({ subject }) => subject.includes(UNKNOWN.operation_id));
	expect(mail?.subject).toBe(`Alipay: operation ${UNKNOWN.operation_id} cannot be watched`);
	expect(mail?.text).toMatch(/Reason: Not found: .*AUTH_OPERATION_NOT_EXIST/);
	expect(mail?.text).toContain('What to do: Check the Operation ID');
});

it('sends one readable e-mail and one readable message within one poll', async () => {
	mailbox.refuse = ({ text }) =>
		text.includes(UNMAILED.operation_id) ? '552 Mailbox full' : undefined;
	const refusal = { body: { errcode: 130101, errmsg: 'send too fast' } };
	chat.reply = (post) => (textOfPost(post).includes(UNPOSTED.operation_id) ? refusal : TAKEN);
	for (const numbers of [BY_ALIPAY, BY_MERCHANT, UNMAILED, UNPOSTED]) {
		stage.simulator.settle(numbers, 'CLOSED');
	}
	const settledAt = Date.now();
	await expect.poll(() => counts(BY_ALIPAY), ONE_POLL).toEqual([1, 1]);
	await expect.poll(() => counts(BY_MERCHANT), ONE_POLL).toEqual([1, 1]);
	toldAt = polls();
	console.log(`Alerted ${((Date.now() - settledAt) / 1000).toFixed(1)} s after the change`);

	const { mails, messages } = sent(BY_ALIPAY);
	expect(messages).toEqual(mails);
	const { auth_no, operation_id, out_order_no, out_request_no } = BY_ALIPAY;
	const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\(Beijing time\\)';
	expect(mails[0]).toMatch(
		new RegExp(
			[
				'^A red-packet operation is now CLOSED \\(before: INIT\\)\\.',
				'',
				'Title: 会员日红包',
				'Amount: 20\\.00 yuan',
				'Type: PAY',
				`Processed at: ${time}`,
				`Detected at: ${time}`,
				'',
				`Auth No \\(auth_no\\): ${auth_no}`,
				`Operation ID \\(operation_id\\): ${operation_id}`,
				`Out Order No \\(out_order_no\\): ${out_order_no}`,
				`Out Request No \\(out_request_no\\): ${out_request_no}$`,
			].join('\n'),
		),
	);
	const mail = mailbox.mails.find(({ text }) => text === mails[0]);
	expect(mail).toMatchObject({
		from: 'alerts@example.com',
		to: ['operations@example.com'],
		subject: 'Alipay CLOSED: 会员日红包',
	});
});

it('marks no refused alert as sent, and repeats it by that channel only until it is accepted', async () => {
	const done = expect.any(String);
	await expect
		.poll(async () => await rowOf(UNMAILED), ONE_POLL)
		.toMatchObject({
			...{ mailed_at: null, mail_problem: expect.stringContaining('552 Mailbox full') },
			...{ posted_at: done, post_problem: '' },
		});
	await expect
		.poll(async () => await rowOf(UNPOSTED), ONE_POLL)
		.toMatchObject({
			...{ mailed_at: done, mail_problem: '' },
			...{ posted_at: null, post_problem: 'send too fast' },
		});
	mailbox.refuse = () => undefined;
	chat.reply = () => TAKEN;
	for (const numbers of [UNMAILED, UNPOSTED]) {
		await expect
			.poll(async () => await rowOf(numbers), ONE_POLL)
			.toMatchObject({
				...{ mailed_at: done, mail_problem: '' },
				...{ posted_at: done, post_problem: '' },
			});
	}
	expect(counts(UNMAILED)).toEqual([1, 1]);
	unposted = counts(UNPOSTED);
	expect(unposted[0]).toBe(1);
});

it('sends nothing again after a restart of n8n, although the trigger repeats the changes', async () => {
	const before = { mails: mailbox.mails.length, posts: chat.posts.length };
	const last = Number((await executions()).at(-1)?.id);
	await stage.restart();
	await stage.client.signIn(stage.account);
	await morePolls(2);
	const since = (await executions()).filter(({ id }) => Number(id) > last);
	const ended = await Promise.all(since.map(async ({ id }) => await stage.client.ended(id)));
	const repeated = ended.filter((execution) => execution.runs('Alipay Trigger').length > 0);
	const ids = (execution: Execution | undefined, node: string) =>
		(execution?.items(node) ?? []).map(({ json }) => json.operation_id ?? json.alert);
	expect(repeated).toHaveLength(1);
	expect(ids(repeated[0], 'Alipay Trigger')).toEqual(
		expect.arrayContaining([BY_ALIPAY.operation_id, BY_MERCHANT.operation_id]),
	);
	expect(ids(repeated[0], 'Not Mailed Yet')).toEqual([]);
	expect(ids(repeated[0], 'Not Posted Yet')).toEqual([]);
	expect({ mails: mailbox.mails.length, posts: chat.posts.length }).toEqual(before);
}, 300_000);

it('delivers and marks an alert that kill -9 interrupted between poll and delivery, and never sends it again', async () => {
	mailbox.silent = true;
	stage.simulator.settle(CRASHED, 'CLOSED');
	const offered = () => mailbox.offered.some(({ text }) => text.includes(CRASHED.operation_id));
	await expect.poll(offered, ONE_POLL).toBe(true);
	expect(counts(CRASHED)).toEqual([0, 0]);
	await stage.restart({ kill: true });
	mailbox.silent = false;
	await stage.client.signIn(stage.account);
	await expect
		.poll(async () => await rowOf(CRASHED), ONE_POLL)
		.toMatchObject({ mailed_at: expect.any(String), posted_at: expect.any(String) });
	const delivered = counts(CRASHED);
	console.log(`After kill -9: ${delivered.join(' e-mail(s), ')} message(s)`);
	expect(Math.min(...delivered)).toBeGreaterThanOrEqual(1);
	await morePolls(2);
	expect(counts(CRASHED)).toEqual(delivered);
}, 400_000);

it(`sends nothing again in ${POLLS} polls, including a restart and a crash`, async () => {
	const missing = toldAt + POLLS - polls();
	if (missing > 0) await morePolls(missing);
	for (const numbers of [SAMPLES.closed, BY_ALIPAY, BY_MERCHANT, UNMAILED]) {
		expect(counts(numbers)).toEqual([1, 1]);
	}
	expect(counts(UNPOSTED)).toEqual(unposted);
	expect(counts(UNKNOWN)).toEqual([1, 0]);
	for (const numbers of [STAYS, SAMPLES.success]) expect(counts(numbers)).toEqual([0, 0]);
	const rows = await stage.client.rows(TABLE);
	expect(rows).toHaveLength(6);
	for (const { mailed_at, posted_at } of rows) expect(mailed_at && posted_at).toBeTruthy();
}, 900_000);
