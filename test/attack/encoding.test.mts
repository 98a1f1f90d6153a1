import { describe, expect, it } from 'vitest';
import { app, http, METHOD, NODE, readResponse, signed, value } from '../support/responses.mts';

const KEY = Buffer.alloc(16, 7).toString('base64');
const NODE_TEXT = '{"code":"10000","order_title":"红包"}';

/** A signed node with another member that makes the whole body valid GBK and invalid UTF-8. */
const beside = (node: string) =>
	Buffer.concat([
		Buffer.from(`{"${NODE}":${node},"sign":"${signed(node)}","x":"`),
		Buffer.from([0x81, 0x61]),
		Buffer.from('"}'),
	]);

describe('bytes next to the signed ones', () => {
	it('never change how the signed text is read', () => {
		const outcome = readResponse(http(beside(NODE_TEXT)), METHOD, app());
		expect(value(outcome).fields.get('order_title')).toBe('红包');
	});

	it('never change how the decrypted text is read', () => {
		const secret = app({ encryptKey: KEY });
		const node = JSON.stringify(secret.contentKey?.encrypt(Buffer.from(NODE_TEXT)));
		const outcome = readResponse(http(beside(node)), METHOD, secret);
		expect(value(outcome).fields.get('order_title')).toBe('红包');
	});
});
