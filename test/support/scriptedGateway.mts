/** A gateway that sends the responses that a test sets, to any client, and has its own key. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bare } from './responses.mts';

const rsaPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface ScriptedGateway {
	/** Replaces values of a credential. */
	settings: { gatewayUrl: string; alipayPublicKey: string };
	/** The bodies of the next responses; the last one repeats. */
	script: string[];
	/** The number of requests so far. */
	count: number;
	/** The body of a refusal, signed with Alipay's key by default. */
	refusal: (code: string, subCode?: string, by?: 'alipay' | 'a stranger' | 'nobody') => string;
	close: () => void;
}

export async function startScriptedGateway(method: string): Promise<ScriptedGateway> {
	const keys: Record<string, KeyObject> = {};
	const alipay = rsaPair();
	keys.alipay = alipay.privateKey;
	keys['a stranger'] = rsaPair().privateKey;
	const server = createServer((incoming, response) => {
		incoming.resume();
		incoming.on('end', () => {
			gateway.count++;
			const [body = ''] = gateway.script;
			if (gateway.script.length > 1) gateway.script.shift();
			response.setHeader('content-type', 'text/html;charset=utf-8');
			response.end(body);
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const gateway: ScriptedGateway = {
		settings: {
			gatewayUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway.do`,
			alipayPublicKey: bare(alipay.publicKey, 'spki'),
		},
		script: [],
		count: 0,
		refusal(code, sub_code, by = 'alipay') {
			const node = JSON.stringify({ code, msg: 'm', sub_code, sub_msg: '…' });
			const key = keys[by];
			const signature = key && sign('sha256', Buffer.from(node), key).toString('base64');
			const member = signature ? `,"sign":"${signature}"` : '';
			return `{"${method.replaceAll('.', '_')}_response":${node}${member}}`;
		},
		close: () => void server.close(),
	};
	return gateway;
}
