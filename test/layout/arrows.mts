/** Which way imports may point. */
import type { Arrows } from './layout.mts';

/** Folder → what it may import besides itself. A page of docs/ shows the same table. */
export const ARROWS: Arrows = {
	'alipay/': ['node:crypto', 'luxon', 'node-rsa'],
	'credentials/': ['alipay/', 'n8n-workflow'],
	// The node itself, and resources that have no line of their own.
	'nodes/Alipay/': ['alipay/', 'n8n-workflow'],
	'nodes/shared/': ['alipay/', 'n8n-workflow'],
	'nodes/Alipay/couponOperation/': ['nodes/shared/', 'alipay/', 'n8n-workflow'],
	'nodes/AlipayTrigger/': [
		'alipay/',
		'nodes/Alipay/couponOperation/',
		'nodes/shared/',
		'n8n-workflow',
		'node:crypto',
	],
	// It judges the signatures of alipay/, so it shares none of its code: only what codes mean.
	'tools/simulator/': ['alipay/errors/gatewayCodes.ts'],
	'tools/sandbox/': ['tools/simulator/', 'tools/build/'],
	'tools/build/': ['alipay/', 'tools/simulator/', 'test/support/', 'package.json'],
	'tools/bench/': ['tools/simulator/', 'test/support/'],
};
