/**
 * The network settings that an operator gives n8n: SSRF protection, a proxy, a private certificate
 * authority.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { CLOSED_OPERATION } from '../support/parameters.mts';
import { startProxy } from './proxy.mts';
import type { Proxy } from './proxy.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';
import { startTlsSimulator } from './tlsSimulator.mts';

/** Queries one operation through the gateway of `simulator`. */
async function query(stage: Stage, simulator = stage.simulator) {
	const form = { ...stage.form, ...simulator.credential };
	const credential = await stage.client.saveCredential(undefined, 'Asked', 'alipayApi', form);
	const parameters = { ...CLOSED_OPERATION, options: { maxTries: 1 } };
	const workflow = chain('Query', [{}], alipay({ credential }, parameters));
	const { error, items } = await stage.client.execute(workflow, 'Start');
	const [item] = items('Alipay');
	return { status: item?.json.status, message: error?.message, advice: error?.description };
}

describe('with N8N_SSRF_PROTECTION_ENABLED', () => {
	it('the node names the setting that allows the request, and works once it is set', async () => {
		const N8N_SSRF_PROTECTION_ENABLED = 'true';
		let stage = await openStage({ env: { N8N_SSRF_PROTECTION_ENABLED } });
		try {
			expect(await query(stage)).toEqual({
				status: undefined,
				message: expect.stringMatching(
					/cannot be reached: the SSRF protection of n8n blocks its address \[item 0\]/,
				),
				advice: expect.stringContaining('N8N_SSRF_ALLOWED_IP_RANGES'),
			});
		} finally {
			await stage.close();
		}
		const N8N_SSRF_ALLOWED_IP_RANGES = '127.0.0.1/32';
		stage = await openStage({ env: { N8N_SSRF_PROTECTION_ENABLED, N8N_SSRF_ALLOWED_IP_RANGES } });
		try {
			expect(await query(stage)).toEqual({ status: 'CLOSED' });
		} finally {
			await stage.close();
		}
	});
});

describe('behind a proxy, with a private certificate authority', () => {
	let proxy: Proxy;
	let trusted: Simulator;
	let unknown: Simulator;
	let stage: Stage;
	beforeAll(async () => {
		[proxy, trusted, unknown] = await Promise.all([
			startProxy(),
			startTlsSimulator(),
			startTlsSimulator(),
		]);
		const env = {
			HTTP_PROXY: proxy.url,
			HTTPS_PROXY: proxy.url,
			// The gateway here is on this machine, but must still go through this proxy.
			http_proxy: '',
			https_proxy: '',
			no_proxy: '',
			NODE_EXTRA_CA_CERTS: trusted.caFile ?? '',
		};
		stage = await openStage({ env });
	});
	afterAll(async () => {
		await stage?.close();
		await Promise.all([proxy, trusted, unknown].map(async (server) => await server?.close()));
	});

	it('a query to an http gateway goes through the proxy', async () => {
		expect(await query(stage)).toEqual({ status: 'CLOSED' });
		expect(proxy.record).toContainEqual(expect.stringMatching(/^POST http:\/\/127\.0\.0\.1:\d+/));
	});

	it('a query to an https gateway goes through a tunnel and trusts NODE_EXTRA_CA_CERTS', async () => {
		expect(await query(stage, trusted)).toEqual({ status: 'CLOSED' });
		expect(proxy.record).toContain(`CONNECT ${new URL(trusted.url).host}`);
	});

	it('a gateway with a certificate of unknown origin is refused, with the name of the setting', async () => {
		expect(await query(stage, unknown)).toEqual({
			status: undefined,
			message: expect.stringContaining('its TLS certificate is not trusted'),
			advice: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
		});
	});

	it.each<[status: number, says: RegExp]>([
		[407, /proxy requires a username and a password.*HTTPS_PROXY.*http:\/\/USER:PASSWORD@HOST/],
		[401, /refused \(HTTP status 401\).*A proxy/],
		[403, /refused \(HTTP status 403\).*A proxy/],
		[451, /refused \(HTTP status 451\).*A proxy/],
		[503, /proxy/],
		[511, /sign-in before it lets requests through/],
	])('a proxy that returns %i is named as a cause, with what to do', async (status, says) => {
		proxy.refuseWith(status);
		const responses = [await query(stage), await query(stage, trusted)];
		proxy.refuseWith(0);
		for (const { message, advice } of responses) expect(`${message} ${advice}`).toMatch(says);
	});

	it('a missing proxy is named as a cause', async () => {
		await proxy.close();
		const { message, advice } = await query(stage, trusted);
		expect(`${message} ${advice}`).toMatch(/proxy/);
	});
});
