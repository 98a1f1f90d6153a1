/** Which of several requests with the same notification starts the workflow. */
import { EventEmitter } from 'node:events';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { takeTurn, type OutgoingResponse } from '../../nodes/shared/notify/seen.ts';

class Response extends EventEmitter implements OutgoingResponse {
	headersSent = false;
	closed = false;
	statusCode = 200;

	response(status: number) {
		this.statusCode = status;
		this.headersSent = true;
	}

	close() {
		this.closed = true;
		this.emit('close');
	}
}

let count = 0;

/** A separate trigger; `request` is a request with a notification, by its id. */
function openTrigger(seen = '') {
	const trigger = `trigger ${(count += 1)}`;
	const request = (id: string) => {
		const response = new Response();
		const staticData = { seen };
		const arrival = { trigger, notification: ['app', id] as const, staticData, response };
		return { response, staticData, turn: takeTurn(arrival) };
	};
	return { request };
}

describe('of two simultaneous requests with the same notification', () => {
	it('the second waits, and counts as a repetition after n8n has accepted the first', async () => {
		const { request } = openTrigger();
		const first = request('a');
		const second = request('a');
		expect(await first.turn).toBe('first');
		expect(await Promise.race([second.turn, turnOfTheLoop('waits')])).toBe('waits');
		first.response.response(200);
		first.response.close();
		expect(await second.turn).toBe('repeated');
	});

	it('the second starts the workflow when n8n could not accept the first, and a third does not', async () => {
		const { request } = openTrigger();
		const first = request('a');
		const [second, third] = [request('a'), request('a')];
		expect(await first.turn).toBe('first');
		first.response.response(500);
		first.response.close();
		expect(await second.turn).toBe('first');
		second.response.response(200);
		second.response.close();
		expect(await third.turn).toBe('repeated');
	});
});

describe('a sender that disconnects before n8n has responded', () => {
	it('leaves a repetition undecided until n8n has responded', async () => {
		const { request } = openTrigger();
		const { response, turn } = request('a');
		expect(await turn).toBe('first');
		response.close();
		expect(await request('a').turn).toBe('undecided');
		response.response(200);
		expect(await request('a').turn).toBe('repeated');
	});

	it('does not use up the notification when n8n could not accept it', async () => {
		const { request } = openTrigger();
		const { response, turn } = request('a');
		expect(await turn).toBe('first');
		response.close();
		response.response(503);
		expect(await request('a').turn).toBe('first');
	});
});

it('does not mark another notification as seen while n8n has not responded to it', async () => {
	const { request } = openTrigger();
	const first = request('a');
	await first.turn;
	const meanwhile = request('b');
	await meanwhile.turn;
	expect(meanwhile.staticData.seen).toHaveLength(12);
	first.response.response(200);
	const later = request('c');
	await later.turn;
	expect(later.staticData.seen).toHaveLength(24);
});
