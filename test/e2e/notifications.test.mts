/** Alipay's notifications in published workflows of real n8n. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { FORGERIES } from '../../tools/simulator/forgeries.mts';
import type { ForgeryName } from '../../tools/simulator/forgeries.mts';
import { NOWHERE } from '../support/nowhere.mts';
import { measure } from './memory.mts';
import {
	executions,
	heardBy,
	itemOf,
	notify,
	openListener,
	registered,
	startedIn,
	SUCCESS,
} from './notifications.mts';
import type { Listener } from './notifications.mts';
import { CLOSED_ITEM, openStage } from './stage.mts';
import type { Stage } from './stage.mts';

/** Alipay's own, and the forms that servers make of it. */
const CONTENT_TYPES = [
	'application/x-www-form-urlencoded; text/html; charset=utf-8',
	'application/x-www-form-urlencoded; text/html; charset=GBK',
	'application/x-www-form-urlencoded',
	'application/x-www-form-urlencoded;charset=gb2312',
	'application/json',
	'text/plain; charset=GBK',
	'multipart/form-data; boundary=x',
];

/** In Chinese, so the charset matters. */
const TITLE = { order_title: CLOSED_ITEM.order_title };

/** A notification contains nothing about refunds. */
const { total_pay_refund_amount: _, ...SENT } = CLOSED_ITEM;

/** The refused requests, by the status of the response. */
const REFUSED = {
	400: ['no-sign', 'stale', 'twice-the-same-name'],
	401: ['changed-amount', 'sha1', 'own-key', 'added', 'dropped', 'merged', 'decoded-twice'],
	403: ['other-application'],
} as const satisfies Record<number, ForgeryName[]>;

/** Alipay's schedule, this many times faster: 25 hours take a minute and a half. */
const FASTER = 1_000;

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage({ release, simulator: { notifyFaster: FASTER } });
	});
	afterAll(async () => await stage?.close());

	const listen = async (name: string, parameters?: IDataObject): Promise<Listener> =>
		await openListener(stage, name, parameters);
	const restart = async (listener: Listener, options?: { kill: boolean }) => {
		await stage.restart(options);
		await stage.client.signIn(stage.account);
		await registered(listener.url);
	};

	it.each(['utf-8', 'gbk'] as const)(
		'a notification in %s starts the workflow once and gets success, with any Content-Type',
		async (charset) => {
			const listener = await listen(`Content-Type ${charset}`);
			for (const contentType of CONTENT_TYPES) {
				const delivery = await notify(stage, listener.url, {
					charset,
					contentType,
					parameters: TITLE,
				});
				expect([contentType, heardBy(delivery)]).toEqual([contentType, SUCCESS]);
			}
			const { body } = await notify(stage, NOWHERE, { charset, parameters: TITLE });
			const untyped = await fetch(listener.url, { method: 'POST', body: Buffer.from(body) });
			expect([untyped.status, await untyped.text()]).toEqual([200, 'success']);

			const count = CONTENT_TYPES.length + 1;
			const items = (await executions(stage, listener, count)).map(itemOf);
			expect(items).toEqual(Array.from({ length: count }, () => expect.objectContaining(SENT)));
		},
	);

	it('a forged notification is refused and starts nothing, and a genuine one with the same content is accepted', async () => {
		const listener = await listen('Forged');
		for (const [status, forgeries] of Object.entries(REFUSED)) {
			for (const forgery of forgeries) {
				const heard = heardBy(await notify(stage, listener.url, { forgery }));
				expect([forgery, heard.status]).toEqual([forgery, Number(status)]);
				expect(heard.heard).not.toMatch(/success/i);
			}
		}
		const taken = Object.entries(FORGERIES).flatMap(([name, forgery]) =>
			'isGenuine' in forgery ? [name as ForgeryName] : [],
		);
		for (const forgery of taken) {
			const heard = heardBy(await notify(stage, listener.url, { forgery }));
			expect([forgery, heard]).toEqual([forgery, SUCCESS]);
		}
		const refused = Object.values(REFUSED).flat();
		expect([...refused, ...taken].sort()).toEqual(Object.keys(FORGERIES).sort());
		expect(await executions(stage, listener, taken.length)).toHaveLength(taken.length);
		expect(startedIn(stage, listener)).toHaveLength(taken.length);
	});

	it('a repeated notification starts nothing and gets success, also after a restart and after a crash', async () => {
		const listener = await listen('Repeated');
		// The second one, because n8n has stored something by then.
		await notify(stage, listener.url);
		const first = await notify(stage, listener.url);
		const repeat = async () => {
			const { notifyId } = first;
			expect(heardBy(await notify(stage, listener.url, { notifyId }))).toEqual(SUCCESS);
		};
		await repeat();
		await restart(listener);
		await repeat();
		await restart(listener, { kill: true });
		await repeat();
		await notify(stage, listener.url);
		await executions(stage, listener, 3);
		expect(startedIn(stage, listener)).toHaveLength(3);
	});

	// Other systems have no /proc to read n8n's memory from.
	it.runIf(process.platform === 'linux').each([true, false])(
		'a body of 100 MB (length announced: %s) is read only as far as the network buffers require',
		async (isAnnounced) => {
			const listener = await listen('Large');
			let sent = { status: 0, written: Infinity };
			const used = await measure(`n8n ${release}, 100 MB`, async () => {
				sent = await postEndlessly(listener.url, isAnnounced);
			});
			expect(sent.status).toBe(400);
			// The amount that the connection itself buffers on both sides.
			expect(sent.written).toBeLessThan(20 * 2 ** 20);
			expect(used.megabytes).toBeLessThan(100);
			expect(heardBy(await notify(stage, listener.url))).toEqual(SUCCESS);
		},
	);

	it('the workflow starts once after n8n was down for hours of Alipay’s schedule', async () => {
		const listener = await listen('Down');
		const isDown = stage.restart({ kill: true });
		// Nothing responds to it until n8n is up again.
		await delay(1_000);
		const delivery = stage.simulator.notify(SAMPLES.closed, { url: listener.url });
		await isDown;
		await stage.client.signIn(stage.account);
		expect(await delivery.ended).toBe('success');
		const { attempts } = delivery;
		const hours = ((attempts.at(-1)?.at ?? 0) - (attempts[0]?.at ?? 0)) * (FASTER / 3_600_000);
		console.log(`Down: ${attempts.length} attempts in ${hours.toFixed(1)} hours of the schedule`);
		expect(attempts.length).toBeGreaterThan(3);
		await executions(stage, listener, 1);
		expect(startedIn(stage, listener)).toMatchObject([{ notifyId: delivery.notifyId }]);
	});
});

/** Posts 100 MB, until there is a response. */
async function postEndlessly(url: string, isAnnounced: boolean) {
	const { hostname, port, pathname } = new URL(url);
	const length = 100 * 2 ** 20;
	const socket = connect(Number(port), hostname);
	const chunk = Buffer.alloc(64 * 1024, 'a');
	const framed = isAnnounced
		? chunk
		: Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
	let written = 0;
	const response = await new Promise<string>((resolve, reject) => {
		socket.on('data', (data) => resolve(data.toString()));
		socket.on('error', reject);
		socket.on('close', () => reject(new Error('The connection was closed without a response')));
		const size = isAnnounced ? `Content-Length: ${length}` : 'Transfer-Encoding: chunked';
		socket.write(`POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n${size}\r\n\r\n`);
		const write = () => {
			while (written < length && !socket.destroyed) {
				written += chunk.length;
				if (!socket.write(framed)) return void socket.once('drain', write);
			}
		};
		write();
	});
	socket.destroy();
	return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(response)?.[1]), written };
}
