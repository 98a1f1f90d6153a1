/**
 * Which way imports may point; docs/architecture.md has the same as a table. `npm run verify -- arrows`.
 *
 * Paths are regular expressions. An import of a type is an import, too: what is known of a room in types
 * has to change with it.
 */

/** @param {string} name */
const core = (name) => `^(?:node:)?${name}$`;
/** @param {string} name */
const library = (name) => `^node_modules/(?:@types/)?${name}/`;

/**
 * A room, and all that it may import, its own files included. `$1` is what the brackets of `room` hold.
 * @type {Array<{ name: string, room: string, except?: string, may: string[], anyPackage?: true }>}
 */
const ARROWS = [
	{
		name: 'alipay',
		// The protocol stands without n8n; what it needs of the world is handed in.
		room: '^alipay/',
		may: ['^alipay/', core('crypto'), library('luxon'), library('node-rsa')],
	},
	{
		name: 'credentials',
		room: '^credentials/',
		// The test of a credential sends its request by the same road as a node.
		may: ['^credentials/', '^alipay/', '^nodes/shared/http\\.ts$', library('n8n-workflow')],
	},
	{
		name: 'nodes-shared',
		// Knows no node: what is shared would otherwise grow around one of them.
		room: '^nodes/shared/',
		may: ['^nodes/shared/', '^alipay/', library('n8n-workflow'), core('crypto')],
	},
	{
		name: 'node',
		// Nodes do not know each other.
		room: '^nodes/([A-Z]\\w+)/',
		may: ['^nodes/$1/', '^nodes/shared/', '^alipay/', library('n8n-workflow')],
	},
	{
		name: 'simulator',
		// It judges the signatures of alipay/, so it shares none of its code, only what codes mean.
		room: '^tools/simulator/',
		may: ['^tools/simulator/', '^alipay/errors/gatewayCodes\\.ts$'],
		anyPackage: true,
	},
	{
		name: 'tools',
		// A program of ours works in a clone from which somebody took the tests.
		room: '^tools/',
		except: '^tools/simulator/',
		may: ['^tools/', '^alipay/', '^package\\.json$'],
		anyPackage: true,
	},
];

/** @type {import('dependency-cruiser').DependencyType[]} */
const PACKAGES = ['core', 'npm', 'npm-dev', 'npm-peer'];

/** What n8n loads. */
const ENTRIES = '^(?:nodes/\\w+/\\w+\\.node|credentials/\\w+\\.credentials)\\.ts$';

/** Where a key or a byte of a signature is handled; the nodes leave that to alipay/client.ts. */
const OF_KEYS =
	'^alipay/(?:application/(?:keys|pasted|der|base64|armor|numbers|wrappings)|message/request)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
	forbidden: [
		...ARROWS.map(({ name, room, except, may, anyPackage }) => ({
			name: `arrows-of-${name}`,
			severity: /** @type {const} */ ('error'),
			from: { path: room, ...(except && { pathNot: except }) },
			to: { pathNot: may, ...(anyPackage && { dependencyTypesNot: PACKAGES }) },
		})),
		{
			name: 'a-room-without-arrows',
			comment: 'A new folder gets its line above before anything in it imports or is imported.',
			severity: 'error',
			from: { pathNot: ['^test/', '^[^/]+$', '^node_modules/', ...ARROWS.map(({ room }) => room)] },
			to: {},
		},
		{
			name: 'no-keys-in-nodes',
			severity: 'error',
			from: { path: '^nodes/' },
			to: { path: OF_KEYS },
		},
		{
			name: 'verified-before-a-node-sees-it',
			comment: 'A node may know what an answer looks like; reading one is up to alipay/client.ts.',
			severity: 'error',
			from: { path: '^nodes/' },
			to: { path: '^alipay/message/response\\.ts$', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'shipped-and-not-used',
			comment: 'What no entry of the package reaches is in the repository for nothing.',
			severity: 'error',
			from: { path: ENTRIES },
			to: { path: '^(?:alipay|credentials|nodes)/', pathNot: ENTRIES, reachable: false },
		},
		{ name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
		{ name: 'leads-nowhere', severity: 'error', from: {}, to: { couldNotResolve: true } },
		{
			name: 'not-in-package-json',
			comment: 'It is there today because another package asks for it, and can be gone tomorrow.',
			severity: 'error',
			from: {},
			to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
		},
	],
	options: {
		// In a copy of the checkout node_modules may be a link.
		preserveSymlinks: true,
		doNotFollow: { path: '^node_modules/' },
		exclude: { path: '^(?:dist|\\.n8n)/' },
		tsPreCompilationDeps: true,
		enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require'] },
	},
};
