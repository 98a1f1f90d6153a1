/** The credential test in n8n's own tester, on the newest and on the oldest release. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import type { CredentialReference } from '../../tools/sandbox/client.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { startSimulator, type Simulator } from '../../tools/simulator/gateway.mts';
import { BUSINESS, PASSES, TABLE } from '../support/keyCodes.mts';
import { CLOSED_OPERATION } from '../support/parameters.mts';
import { startScriptedGateway, type ScriptedGateway } from '../support/scriptedGateway.mts';
import { openStage, type Stage } from './stage.mts';
import { startTlsSimulator } from './tlsSimulator.mts';

const STRANGE_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 })
	.publicKey.export({ type: 'spki', format: 'der' })
	.toString('base64');

/** A server that does not speak HTTP. */
async function listening(onData: (socket: Socket) => unknown): Promise<Server> {
	const server = createServer((socket) => {
		socket.on('error', () => undefined);
		socket.once('data', () => onData(socket));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return server;
}

const METHOD = 'alipay.trade.query';
const PASSED = { status: 'OK', message: 'Connection successful!' };

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	let stage: Stage;
	let gateway: ScriptedGateway;
	beforeAll(async () => {
		[stage, gateway] = await Promise.all([openStage({ release }), startScriptedGateway(METHOD)]);
	});
	afterAll(async () => {
		gateway?.close();
		await stage?.close();
	});

	const testOf = async (changes: object) =>
		await stage.client.testCredential(stage.credential, 'alipayApi', {
			...stage.form,
			...changes,
		});

	/** The credential test with a gateway that returns these responses in turn. */
	const tested = async (...script: string[]) => {
		gateway.script = script;
		gateway.count = 0;
		return { ...(await testOf(gateway.settings)), count: gateway.count };
	};

	describe('passes an application without any product', () => {
		it.each(['publicKey', 'certificate'] as const)('%s', async (mode) => {
			const { methods } = stage.simulator;
			const without = await startSimulator({ without: methods });
			try {
				expect(await testOf(without.credentials[mode])).toEqual(PASSED);
				expect(without.requests.map(({ outcome }) => outcome)).toEqual([
					'40006 isv.insufficient-isv-permissions',
					'40006 isv.insufficient-isv-permissions',
				]);
			} finally {
				await without.close();
			}
		});

		it('and the node names the missing product at its first use, and where to add it', async () => {
			const without = await startSimulator({ without: stage.simulator.methods });
			try {
				const form = { ...stage.form, ...without.credential };
				const credential = await stage.client.saveCredential(undefined, 'New', 'alipayApi', form);
				const workflow = chain('First use', [{}], alipay({ credential }, CLOSED_OPERATION));
				const { error } = await stage.client.execute(workflow, 'Start');
				const method = 'alipay.fund.coupon.operation.query';
				expect(error?.message).toContain(`The application has no permission for ${method} (Alipay`);
				expect(error?.description).toContain(
					`In the Alipay console, open the application and add the product that contains ${method}: Sending and Receiving Cash Red Packets (“收发现金红包”).`,
				);
			} finally {
				await without.close();
			}
		});
	});

	it.each(TABLE)('%s %s, signed by Alipay, returns %j', async (code, subCode, says) => {
		const { count, ...told } = await tested(gateway.refusal(code, subCode));
		if (says === PASSES) {
			expect(told).toEqual(PASSED);
			expect(count).toBe(2);
			return;
		}
		expect(told.status).toBe('Error');
		expect(told.message).toContain(says);
		// n8n has not sent its own request.
		expect(count).toBe(1);
	});

	it.each(BUSINESS)('40004 %s, signed by Alipay, passes', async (subCode) => {
		expect(await tested(gateway.refusal('40004', subCode))).toEqual({ ...PASSED, count: 2 });
	});

	describe('trusts only Alipay', () => {
		const PROOFS = [
			['40004', 'ACQ.TRADE_NOT_EXIST'],
			['40006', 'isv.insufficient-isv-permissions'],
		] as const;

		it.each(PROOFS)('%s %s without a signature fails', async (code, subCode) => {
			const told = await tested(gateway.refusal(code, subCode, 'nobody'));
			expect(told.status).toBe('Error');
			expect(told.message).toContain(
				`The response is not signed, so it does not prove that the keys are right (it says ${subCode}).`,
			);
			expect(told.count).toBe(1);
		});

		it.each(PROOFS)('%s %s signed by another key fails', async (code, subCode) => {
			const told = await tested(gateway.refusal(code, subCode, 'a stranger'));
			expect(told.status).toBe('Error');
			expect(told.message).toContain('does not match its content and the Alipay Public Key.');
			expect(told.count).toBe(1);
		});

		it('a forgery after a passed test fails, and a forgery for n8n’s own request is not read', async () => {
			const [code, subCode] = PROOFS[0];
			const genuine = gateway.refusal(code, subCode);
			const forged = gateway.refusal('40006', 'isv.insufficient-isv-permissions', 'nobody');
			expect(await tested(genuine, forged)).toMatchObject(PASSED);
			expect(await tested(forged, genuine)).toMatchObject({ status: 'Error', count: 1 });
			expect(await tested(genuine)).toMatchObject(PASSED);
		});

		it('an IP address that is refused after a passed test fails', async () => {
			expect(await tested(gateway.refusal('40004', 'X'))).toMatchObject(PASSED);
			expect(await tested(gateway.refusal('40006', 'isv.ip-forbidden'))).toMatchObject({
				status: 'Error',
				message: expect.stringContaining('Alipay does not accept requests from this IP address'),
			});
		});

		it.each([
			[
				'a web page',
				'<html></html>',
				'returned a web page, not a response in Alipay’s format. Check the Environment',
			],
			[
				'an empty body',
				'',
				'returned an empty body, not a response in Alipay’s format. Check the Environment',
			],
		])('%s fails', async (_name, body, says) => {
			const told = await tested(body);
			expect(told.status).toBe('Error');
			expect(told.message).toContain(says);
		});
	});

	describe('says what is wrong with the connection to the gateway, in words that n8n does not change', () => {
		let broken: Server;
		let foreign: Server;
		let trusted: Simulator;
		beforeAll(async () => {
			[broken, foreign, trusted] = await Promise.all([
				listening((socket) => socket.destroy()),
				listening((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n')),
				startTlsSimulator(),
			]);
		});
		afterAll(async () => {
			broken?.close();
			foreign?.close();
			await trusted?.close();
		});
		const here = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;
		const simulator = () => new URL(stage.form.gatewayUrl ?? '').host;

		it.each<[name: string, url: () => string, says: RegExp]>([
			[
				'a name that cannot be resolved',
				() => 'https://gateway.invalid/gateway.do',
				/^The gateway gateway\.invalid cannot be reached: its name cannot be found\. Check the network/,
			],
			[
				'a closed port',
				() => 'http://127.0.0.1:9/gateway.do',
				/^The gateway 127\.0\.0\.1:9 cannot be reached: nothing is listening there\. Check the Gateway URL/,
			],
			[
				'https in place of http',
				() => `https://${simulator()}/gateway.do`,
				/cannot be reached: a TLS connection \(https\) is not possible\. .* Check the Gateway URL/,
			],
			[
				'a certificate of unknown origin',
				() => trusted.url,
				/cannot be reached: its TLS certificate is not trusted\. .*NODE_EXTRA_CA_CERTS/,
			],
			[
				'another path',
				() => `http://${simulator()}/other.do`,
				/^There is no Alipay gateway at this address \(HTTP status 404\)\. Check the Env/,
			],
			[
				'a connection that breaks off',
				() => `http://${here(broken)}/gateway.do`,
				/did not respond: the connection ended too early\. /,
			],
			[
				'another service',
				() => `http://${here(foreign)}/gateway.do`,
				/^The gateway did not respond in Alipay’s format: the response is not HTTP\. Check the/,
			],
		])('%s', async (_name, url, says) => {
			const allowedDomains = '127.0.0.1, gateway.invalid';
			expect(await testOf({ gatewayUrl: url(), allowedDomains })).toEqual({
				status: 'Error',
				message: expect.stringMatching(says),
			});
		});
	});

	it.each([
		['a right Alipay key', {}],
		['a wrong Alipay key', { alipayPublicKey: STRANGE_KEY }],
	])('a custom gateway outside the Allowed Domains, with %s', async (_name, changes) => {
		const told = await testOf({ ...changes, allowedDomains: 'openapi.alipay.com' });
		// The older n8n does not apply them to the check of the keys.
		if (release === OLDEST && !('alipayPublicKey' in changes)) expect(told).toEqual(PASSED);
		else if (release === OLDEST) expect(told.message).toMatch(/does not match its content/);
		else {
			expect(told.status).toBe('Error');
			expect(told.message).toMatch(
				/the Allowed Domains of the credential do not contain it\. The keys could not be checked\. Turn on More Settings in the credential, and add 127\.0\.0\.1 to Allowed Domains\.$/,
			);
		}
	});

	describe('values stay in use while they are hidden', () => {
		const MORE = { signType: 'RSA', charset: 'gbk', appAuthToken: 'token-of-a-merchant' };

		/** The request that reaches the gateway with a saved credential. */
		const sentWith = async (changes: object) => {
			const { encryptKey } = stage.simulator;
			const form = { ...stage.form, ...MORE, encryptKey, ...changes };
			const credential = await stage.client.saveCredential(undefined, 'More', 'alipayApi', form);
			const workflow = chain('More', [{}], alipay({ credential }, CLOSED_OPERATION));
			const { items } = await stage.client.execute(workflow, 'Start');
			expect(items('Alipay')[0]?.json.status).toBe('CLOSED');
			return { credential, params: stage.simulator.requests.at(-1)?.params };
		};
		const EXPECTED = {
			...{ sign_type: 'RSA', charset: 'gbk', encrypt_type: 'AES' },
			app_auth_token: MORE.appAuthToken,
		};

		it.each([
			['as before the switch existed', {}],
			['with the switch off', { showMoreSettings: false }],
			['with the switch on', { showMoreSettings: true }],
		])('%s', async (_name, changes) => {
			const { credential, params } = await sentWith(changes);
			expect(params).toMatchObject(EXPECTED);
			// The secrets do not come back to the form.
			const saved = await stage.client.call<{ data: Record<string, unknown> }>(
				'GET',
				`/rest/credentials/${credential.id}?includeData=true`,
			);
			expect(JSON.stringify(saved)).not.toContain(stage.simulator.encryptKey);
			expect(JSON.stringify(saved)).not.toContain(MORE.appAuthToken);
		});

		it('also in the credential test, which then fails because of a value', async () => {
			const encryptKey = Buffer.alloc(16).toString('base64');
			const { status, message } = await testOf({ encryptKey });
			expect({ status, message }).toEqual({
				status: 'Error',
				message: expect.stringContaining('Encrypt Key'),
			});
		});

		it('the Allowed Domains are Alipay’s when they were never filled in', async () => {
			const { allowedHttpRequestDomains: _mode, allowedDomains: _list, ...form } = stage.form;
			const sent = async (changes: object) => {
				const filled = { ...form, ...changes };
				const credential = await stage.client.saveCredential(undefined, 'D', 'alipayApi', filled);
				const { error } = await stage.client.execute(httpRequest(credential), 'Start');
				return error?.message ?? 'sent';
			};
			const httpRequest = (credential: CredentialReference) =>
				chain('Domains', [{}], {
					...{ name: 'HTTP Request', type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2 },
					parameters: {
						...{ method: 'POST', url: form.gatewayUrl, sendBody: true },
						...{ authentication: 'predefinedCredentialType', nodeCredentialType: 'alipayApi' },
						bodyParameters: { parameters: [{ name: 'method', value: METHOD }] },
					},
					credentials: { alipayApi: credential },
				});
			const allowedDomains = 'openapi.alipay.com';
			expect(await sent({})).toBe(
				(await sent({ allowedHttpRequestDomains: 'domains', allowedDomains })).replace(
					allowedDomains,
					'openapi.alipay.com, openapi-sandbox.dl.alipaydev.com',
				),
			);
			console.log(
				'DOMAINS',
				release,
				await sent({}),
				await sent({ allowedHttpRequestDomains: 'none' }),
			);
			if (release === NEWEST) expect(await sent({})).toMatch(/not allowed/);
		});
	});
});
