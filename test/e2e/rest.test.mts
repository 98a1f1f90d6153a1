/** What n8n serves and does over its REST API, on the newest and the oldest release. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEWEST, OLDEST } from '../../n8n/install.mts';
import { alipay, chain, openStage } from './stage.mts';
import type { Stage } from './stage.mts';

describe.each([NEWEST, OLDEST])('n8n %s', (release) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage({ release });
	});
	afterAll(() => stage.close());

	it('lists the package with its version', async () => {
		const packages = await stage.client.ask('GET', '/rest/community-packages');
		expect(packages).toMatchObject([
			{ packageName: 'n8n-nodes-alipay', installedVersion: stage.tarball.version },
		]);
	});

	it('executes a query and stores typed values', async () => {
		const { status, items } = await stage.client.execute(
			chain(
				'Query',
				[{}],
				alipay(stage, {
					authNo: '2026090100002001260000000003',
					operationId: '20260901355864862004',
				}),
			),
			'Start',
		);
		expect(status).toBe('success');
		expect(items('Alipay')).toMatchObject([{ json: { status: 'CLOSED', amount: 66 } }]);
	});
});
