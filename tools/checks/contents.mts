/** Checks the files that npm publishes: only the files on the list, which only use modules that n8n provides. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { METHODS } from '../../alipay/methods/index.ts';

const LICENSES = 'dist/THIRD_PARTY_LICENSES.txt';

export const PUBLISHED_FILES = [
	'LICENSE',
	'README.md',
	LICENSES,
	'dist/credentials/AlipayApi.credentials.js',
	'dist/icons/alipay.dark.svg',
	'dist/icons/alipay.svg',
	'dist/nodes/Alipay/Alipay.node.js',
	'dist/nodes/Alipay/Alipay.node.json',
	...METHODS.map(
		({ resource, operation }) =>
			`dist/nodes/Alipay/__schema__/v1.0.0/${resource.value}/${operation.value}.json`,
	),
	'dist/nodes/AlipayNotificationTrigger/AlipayNotificationTrigger.node.js',
	'dist/nodes/AlipayNotificationTrigger/AlipayNotificationTrigger.node.json',
	'dist/nodes/AlipayNotificationTrigger/__schema__/v1.0.0.json',
	'dist/nodes/AlipayTrigger/AlipayTrigger.node.js',
	'dist/nodes/AlipayTrigger/AlipayTrigger.node.json',
	'package.json',
];

const PROVIDED = ['crypto', 'luxon', 'n8n-workflow', 'node:crypto'];

const PEERS = { 'n8n-workflow': '*' };

/** Fields of package.json that n8n does not allow in a verified package. Its scanner does not check all of them. */
const FORBIDDEN_FIELDS = [
	'dependencies',
	'optionalDependencies',
	'bundleDependencies',
	'bundledDependencies',
	'overrides',
];

/** What npm runs where the package is installed. */
const FORBIDDEN_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'prepare'];

/** A quarter more than the size of the four bundles. A larger bundle probably contains something by mistake. */
const MAX_KIB = 2304;

/** The problems of the package that is unpacked in `folder`. */
export function contentFaults(folder: string): string[] {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
	const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
	const kib = files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0) / 1024;

	const extra = files.filter((file) => !PUBLISHED_FILES.includes(file));
	const missing = PUBLISHED_FILES.filter((file) => !files.includes(file));
	const scripts = files
		.filter((file) => file.endsWith('.js'))
		.map((file) => ({ file, text: read(file) }));
	const foreign = scripts.flatMap(({ file, text }) =>
		[...text.matchAll(/\b(?:require|import)\(\s*["'`]([^"'`]+)["'`]/g)]
			.filter(([, name = '']) => !PROVIDED.includes(name))
			.map(({ index, 1: name }) => ({ file: `${file}:${lineOf(text, index)}`, name })),
	);
	// esbuild writes the path of each file above the code from it.
	const bundled = scripts.flatMap(({ text }) =>
		[...text.matchAll(/^\s*\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/gm)].map(([, name]) => name),
	);
	const licenses = missing.includes(LICENSES) ? '' : read(LICENSES);
	const unlicensed = [...new Set(bundled)].filter((name) => !licenses.includes(`\n${name} `));
	return [
		...extra.map((file) => `${file} is packed but not on the list in tools/checks/contents.mts`),
		...missing.map((file) => `${file} is on the list in tools/checks/contents.mts but not packed`),
		...manifestFaults(missing.includes('package.json') ? '{}' : read('package.json')),
		...foreign.map(
			({ file, name }) =>
				`${file} requires ${name}, which n8n does not provide. Bundle it or remove it`,
		),
		...unlicensed.map(
			(name) => `${LICENSES} does not contain the license of ${name}, which is bundled`,
		),
		...(kib > MAX_KIB
			? [`The package has ${Math.round(kib)} KiB. The maximum is ${MAX_KIB} KiB`]
			: []),
	];
}

interface Manifest {
	scripts?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	[field: string]: unknown;
}

function manifestFaults(text: string): string[] {
	const manifest = JSON.parse(text) as Manifest;
	const at = (name: string) => `package.json:${lineOf(text, text.indexOf(`"${name}"`))}`;
	const isThere = (one: Record<string, unknown>) => (name: string) => one[name] !== undefined;
	return [
		...FORBIDDEN_FIELDS.filter(isThere(manifest)).map(
			(name) => `${at(name)} has "${name}". A verified node may only use modules that n8n provides`,
		),
		...FORBIDDEN_SCRIPTS.filter(isThere(manifest.scripts ?? {})).map(
			(name) =>
				`${at(name)} has the script "${name}". It would run on every machine that installs the package`,
		),
		...(JSON.stringify(manifest.peerDependencies) === JSON.stringify(PEERS)
			? []
			: [`${at('peerDependencies')}: peerDependencies must be ${JSON.stringify(PEERS)}`]),
	];
}

/** Counted from 1, as editors do. */
const lineOf = (text: string, index: number) =>
	text.slice(0, Math.max(0, index)).split('\n').length;
