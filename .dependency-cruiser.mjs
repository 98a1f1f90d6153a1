/**
 * The allowed imports between folders. docs/architecture.md has the same rules as a table. To check them,
 * run `npm run verify -- arrows`.
 *
 * Paths are regular expressions. A type import also counts, because code that uses the types of a folder
 * has to change with it.
 */

/** @param {string} name */
const core = (name) => `^(?:node:)?${name}$`;
/** @param {string} name */
const library = (name) => `^node_modules/(?:@types/)?${name}/`;

/**
 * A folder, and everything that it may import, including its own files. `$1` is the group in `folder`.
 * @type {Array<{ name: string, folder: string, except?: string, may: string[], anyPackage?: true }>}
 */
const ARROWS = [
	{
		name: 'alipay',
		// The protocol does not depend on n8n. The caller passes in everything else that it needs.
		folder: '^alipay/',
		may: [
			'^alipay/',
			core('crypto'),
			library('luxon'),
			library('lossless-json'),
			library('node-rsa'),
		],
	},
	{
		name: 'credentials',
		folder: '^credentials/',
		// The test of a credential sends its request in the same way as a node.
		may: ['^credentials/', '^alipay/', '^nodes/shared/http\\.ts$', library('n8n-workflow')],
	},
	{
		name: 'nodes-shared',
		// Must not import a node. Otherwise, shared code would depend on one of the nodes.
		folder: '^nodes/shared/',
		may: ['^nodes/shared/', '^alipay/', library('n8n-workflow'), core('crypto')],
	},
	{
		name: 'node',
		// A node must not import another node.
		folder: '^nodes/([A-Z]\\w+)/',
		may: ['^nodes/$1/', '^nodes/shared/', '^alipay/', library('n8n-workflow')],
	},
	{
		name: 'simulator',
		// It checks the signatures of alipay/, so it must not use its code, except for the meaning of codes.
		folder: '^tools/simulator/',
		may: ['^tools/simulator/', '^alipay/errors/gatewayCodes\\.ts$'],
		anyPackage: true,
	},
	{
		name: 'tools',
		// The tools must work in a clone without the tests.
		folder: '^tools/',
		except: '^tools/simulator/',
		may: ['^tools/', '^alipay/', '^package\\.json$'],
		anyPackage: true,
	},
];

/** @type {import('dependency-cruiser').DependencyType[]} */
const PACKAGES = ['core', 'npm', 'npm-dev', 'npm-peer'];

/** The files that n8n loads. */
const ENTRIES = '^(?:nodes/\\w+/\\w+\\.node|credentials/\\w+\\.credentials)\\.ts$';

/** The files that handle keys or signatures. The nodes must use alipay/client.ts instead. */
const OF_KEYS =
	'^alipay/(?:application/(?:keys|pasted|der|base64|armor|numbers|wrappings)|message/request)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
	forbidden: [
		...ARROWS.map(({ name, folder, except, may, anyPackage }) => ({
			name: `arrows-of-${name}`,
			severity: /** @type {const} */ ('error'),
			from: { path: folder, ...(except && { pathNot: except }) },
			to: { pathNot: may, ...(anyPackage && { dependencyTypesNot: PACKAGES }) },
		})),
		{
			name: 'a-folder-without-arrows',
			comment: 'Add a new folder to ARROWS before it imports anything or is imported.',
			severity: 'error',
			from: {
				pathNot: ['^test/', '^[^/]+$', '^node_modules/', ...ARROWS.map(({ folder }) => folder)],
			},
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
			comment: 'A node may use the types of a response. Only alipay/client.ts may read one.',
			severity: 'error',
			from: { path: '^nodes/' },
			to: { path: '^alipay/message/response\\.ts$', dependencyTypesNot: ['type-only'] },
		},
		{
			name: 'shipped-and-not-used',
			comment: 'A file that no entry of the package imports is not used. Remove it.',
			severity: 'error',
			from: { path: ENTRIES },
			to: { path: '^(?:alipay|credentials|nodes)/', pathNot: ENTRIES, reachable: false },
		},
		{ name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
		{ name: 'leads-nowhere', severity: 'error', from: {}, to: { couldNotResolve: true } },
		{
			name: 'not-in-package-json',
			comment: 'It is installed only because another package needs it. Add it to package.json.',
			severity: 'error',
			from: {},
			to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
		},
	],
	options: {
		// In a copy of the checkout, node_modules may be a link.
		preserveSymlinks: true,
		doNotFollow: { path: '^node_modules/' },
		exclude: { path: '^(?:dist|\\.n8n)/' },
		tsPreCompilationDeps: true,
		enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require'] },
	},
};
