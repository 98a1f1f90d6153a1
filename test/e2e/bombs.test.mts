/**
 * Responses that unpack to 200 MB, in a real n8n: its memory does not grow, and a person sees the
 * reason.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alipay, chain } from '../../tools/sandbox/chain.mts';
import { NEWEST, OLDEST } from '../../tools/sandbox/install.mts';
import { PACKAGE } from '../../tools/sandbox/tarball.mts';
import { SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { startBombs } from '../support/bombs.mts';
import type { Bombs } from '../support/bombs.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { BY_ALIPAY_PAIR, BY_EITHER_PAIR } from '../support/parameters.mts';
import { measure } from './memory.mts';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

const TOO_LARGE = /more than 1 MiB, which is too large for a response from Alipay/;
const ITEMS = [SAMPLES.rich, SAMPLES.closed, SAMPLES.refund];

// Other systems have no /proc to read n8n's memory from.
describe.runIf(process.platform === 'linux').each([NEWEST, OLDEST])('n8n %s', (release) => {
	let stage: Stage;
	let bombs: Bombs;
	beforeAll(async () => {
		stage = await openStage({ release });
		bombs = await startBombs(stage.simulator.url);
		// Loads everything that n8n loads at its first execution, and creates the responses.
		for (const kind of ['deflate', 'br']) await query(kind, 200);
	});
	afterAll(async () => {
		bombs?.close();
		await stage?.close();
	});

	const formFor = (kind: string, status = 200) => ({
		...stage.form,
		gatewayUrl: bombs.url(kind, status),
	});

	/** Queries three operations, and returns the failed items. */
	async function query(kind: string, status: number) {
		const form = formFor(kind, status);
		const credential = await stage.client.saveCredential(undefined, 'Bomb', 'alipayApi', form);
		const node = alipay(
			{ credential },
			{ ...BY_ALIPAY_PAIR, options: { maxTries: 1 } },
			{ onError: 'continueErrorOutput' },
		);
		const execution = await stage.client.execute(chain('Query', ITEMS, node), 'Start');
		return execution.items('Alipay', 1).map(({ json }) => json);
	}

	const kinds = ['gzip', 'deflate', 'br', 'zstd', 'plain', 'long-length'];

	it.each(kinds.flatMap((kind) => [200, 502].map((status) => ({ kind, status }))))(
		'$kind with status $status is not read beyond the limit',
		async ({ kind, status }) => {
			let failed: object[] = [];
			const used = await measure(`n8n ${release}, ${kind} ${status}`, async () => {
				failed = await query(kind, status);
			});
			const failure = {
				error: expect.stringMatching(TOO_LARGE),
				details: expect.objectContaining({ code: 'answer-too-large' }),
			};
			expect(failed).toMatchObject([failure, failure, failure]);
			expect(used.megabytes).toBeLessThan(200);
			expect(used.seconds).toBeLessThan(4);
			await expect.poll(async () => (await bombs.look()).connections).toBe(0);
		},
	);

	it('in place of a certificate is not read beyond the limit', async () => {
		const form = {
			...stage.simulator.credentials.certificate,
			gatewayUrl: bombs.downloadUrl('gzip'),
		};
		const credential = await stage.client.saveCredential(undefined, 'Bomb', 'alipayApi', form);
		const node = alipay({ credential }, BY_EITHER_PAIR, { onError: 'continueErrorOutput' });
		let failed: object[] = [];
		const used = await measure(`n8n ${release}, certificate`, async () => {
			const items = [scenarioByMerchant('SIM-RENEWED-CERT')];
			const execution = await stage.client.execute(chain('Query', items, node), 'Start');
			failed = execution.items('Alipay', 1).map(({ json }) => json);
		});
		expect(failed).toMatchObject([{ details: { code: 'answer-too-large' } }]);
		expect(used.megabytes).toBeLessThan(200);
	});

	it('to the trigger is not read beyond the limit', async () => {
		const form = formFor('gzip');
		const credential = await stage.client.saveCredential(undefined, 'Bomb', 'alipayApi', form);
		const watchList = ITEMS.map(({ auth_no, operation_id }) => ({ auth_no, operation_id }));
		const workflow = chain('Watch', []);
		workflow.nodes = [
			{
				...alipay({ credential }, { watchList: JSON.stringify(watchList) }),
				id: '00000000-0000-4000-8000-000000000000',
				position: [0, 0],
				typeVersion: 1,
				name: 'Alipay Trigger',
				type: `${PACKAGE}.alipayTrigger`,
			},
		];
		const used = await measure(`n8n ${release}, trigger`, async () => {
			const { error } = await stage.client.execute(workflow, 'Alipay Trigger');
			expect(error?.message).toMatch(TOO_LARGE);
		});
		expect(used.megabytes).toBeLessThan(200);
		expect(used.seconds).toBeLessThan(4);
	});

	it('the credential test ends with the reason, and n8n does not send its own request', async () => {
		const { methods } = await bombs.look();
		const used = await measure(`n8n ${release}, credential test`, async () => {
			const tested = await stage.client.testCredential(
				stage.credential,
				'alipayApi',
				formFor('gzip'),
			);
			expect(tested.status).toBe('Error');
			expect(tested.message).toMatch(TOO_LARGE);
			expect(tested.message).toMatch(/Environment.*Gateway URL.*proxy/);
		});
		expect(used.megabytes).toBeLessThan(200);
		expect((await bombs.look()).methods).toHaveLength(methods.length + 1);
	});

	it('HTTP Request is stopped before it sends its own request', async () => {
		const { methods } = await bombs.look();
		const form = formFor('gzip');
		const credential = await stage.client.saveCredential(undefined, 'Bomb', 'alipayApi', form);
		const node = {
			name: 'HTTP Request',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			parameters: {
				method: 'POST',
				url: form.gatewayUrl,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: 'alipayApi',
				sendBody: true,
				bodyParameters: { parameters: [{ name: 'method', value: 'alipay.user.info.share' }] },
				options: {},
			},
			credentials: { alipayApi: credential },
		};
		const { error } = await stage.client.execute(chain('Query', [{}], node), 'Start');
		expect(`${error?.message} ${error?.description}`).toMatch(TOO_LARGE);
		const since = (await bombs.look()).methods.slice(methods.length);
		// The check of the keys, which n8n repeats once after a failure.
		expect(new Set(since)).toEqual(new Set(['alipay.trade.query']));
	});
});
