/** A web service on loopback that keeps each post: a group chat's webhook, or a model's API. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Post {
	path: string;
	/** Parsed. */
	body: unknown;
}

/** The text of a message to a group chat, in DingTalk's format. */
export const textOfPost = ({ body }: Post) => (body as { text: { content: string } }).text.content;

export interface Reply {
	/** Default 200. */
	status?: number;
	body: unknown;
}

export interface Receiver {
	/** http://127.0.0.1:PORT */
	url: string;
	/** Oldest first, with any response. */
	posts: Post[];
	reply: (post: Post) => Reply;
	close: () => Promise<void>;
}

/** The response of DingTalk and WeCom to an accepted message; they also refuse with status 200. */
export const TAKEN: Reply = { body: { errcode: 0, errmsg: 'ok' } };

export async function openReceiver(reply: Receiver['reply'] = () => TAKEN): Promise<Receiver> {
	const serve = async (request: IncomingMessage, response: ServerResponse) => {
		const post = { path: request.url ?? '', body: await json(request).catch(() => undefined) };
		receiver.posts.push(post);
		const { status = 200, body } = receiver.reply(post);
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	};
	const server = createServer((request, response) => void serve(request, response));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const receiver: Receiver = {
		url: `http://127.0.0.1:${port}`,
		posts: [],
		reply,
		close: async () => {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
	return receiver;
}
