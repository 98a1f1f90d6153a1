/** Orders from another terminal to a running simulator: change a record, or send a notification about it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fields } from './fixture.mts';
import { FORGERIES } from './forgeries.mts';
import type { ForgeryName } from './forgeries.mts';
import type { Simulator } from './simulator.mts';

const PATH = '/simulator';

/** A web page cannot send this header to another origin: the browser refuses it. */
const HEADER = 'x-simulator';

export const ORDERS = ['settle', 'notify'] as const;

export interface Order {
	order: (typeof ORDERS)[number];
	/** `settle`: the new status. `notify`: the forgery, or `genuine`. */
	what: string;
	numbers: Fields;
	/** Default: alipay.fund.coupon.operation.query. */
	method?: string;
}

/** The values of `notify` besides the names of forgeries. */
const GENUINE = 'genuine';
const REPLAY = 'replay';
export const NOTIFICATIONS: readonly string[] = [GENUINE, REPLAY, ...Object.keys(FORGERIES)];

type Controlled = Pick<Simulator, 'settle' | 'notify' | 'replay' | 'deliveries'>;

/** Responds to a request if it is an order, and returns whether it is one. */
export function createControl(simulator: Controlled) {
	return (request: IncomingMessage, response: ServerResponse): boolean => {
		if (request.url !== PATH) return false;
		const isAllowed =
			request.method === 'POST' &&
			request.headers[HEADER] !== undefined &&
			request.headers.origin === undefined;
		const respond = (status: number, text: string) => response.writeHead(status).end(text);
		if (!isAllowed) respond(403, 'Only "npm run simulator" can send commands to the simulator');
		else {
			read(request)
				.then((order) => respond(200, carryOut(simulator, order)))
				.catch((error: Error) => respond(400, error.message));
		}
		return true;
	};
}

async function read(request: IncomingMessage): Promise<Order> {
	const chunks: Buffer[] = [];
	for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
	return JSON.parse(Buffer.concat(chunks).toString()) as Order;
}

/** Returns a message for people. Throws an Error if the order is not possible. */
function carryOut(simulator: Controlled, { order, what, numbers, method }: Order): string {
	const named = Object.values(numbers).join('/');
	if (order === 'settle') {
		const before = simulator.deliveries.length;
		simulator.settle(numbers, what, method);
		const isNotified = simulator.deliveries.length > before;
		return `${named} is now ${what}${isNotified ? '. The simulator is sending a notification' : ''}`;
	}
	if (what === REPLAY) {
		const last = simulator.deliveries.at(-1);
		if (!last) throw new Error('There is no notification to send again. Send one first');
		simulator.replay(last);
	} else {
		const forgery = what === GENUINE ? {} : { forgery: what as ForgeryName };
		simulator.notify(numbers, { ...forgery, ...(method && { method }) });
	}
	return `The simulator is sending a notification about ${named} (${what})`;
}

/** Sends an order to the simulator at `url`. Throws an Error with a one-line message. */
export async function sendOrder(url: string, order: Order): Promise<string> {
	const response = await fetch(new URL(PATH, url), {
		method: 'POST',
		headers: { [HEADER]: '1' },
		body: JSON.stringify(order),
	}).catch((error: Error) => {
		throw new Error(unreachable(url, error));
	});
	const text = await response.text();
	if (!response.ok) throw new Error(text);
	return text;
}

function unreachable(url: string, { cause }: Error): string {
	const { code = '', message = '' } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
	if (!/CERT/.test(code)) return `No simulator is running at ${url}`;
	return `The certificate of ${url} is not trusted (${message}). Set NODE_EXTRA_CA_CERTS to the file that the simulator printed at its start`;
}
