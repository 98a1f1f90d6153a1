/** Simulates a group chat: a bot's webhook on this machine that prints each message. */
import { once } from 'node:events';
import { createServer } from 'node:http';

export async function openChat(port: number, print: (line: string) => void) {
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => {
			print(`  Group chat  ${textIn(body).replace(/\s*\n\s*/g, ' · ')}`);
			// The response of DingTalk and WeCom to an accepted message.
			response.setHeader('Content-Type', 'application/json');
			response.end('{"errcode":0,"errmsg":"ok"}');
		});
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${port}/robot/send`,
		async close() {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
}

function textIn(body: string): string {
	try {
		return (JSON.parse(body) as { text: { content: string } }).text.content;
	} catch {
		return body;
	}
}
