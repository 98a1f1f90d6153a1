/** What npm publishes: these files, which require nothing but what n8n provides. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export const PUBLISHED_FILES = [
	'LICENSE',
	'README.md',
	'dist/THIRD_PARTY_LICENSES.txt',
	'dist/credentials/AlipayApi.credentials.js',
	'dist/icons/alipay.dark.svg',
	'dist/icons/alipay.svg',
	'dist/nodes/Alipay/Alipay.node.js',
	'dist/nodes/Alipay/Alipay.node.json',
	'dist/nodes/Alipay/__schema__/v1.0.0/couponOperation/query.json',
	'dist/nodes/AlipayTrigger/AlipayTrigger.node.js',
	'dist/nodes/AlipayTrigger/AlipayTrigger.node.json',
	'package.json',
];

const PROVIDED = ['crypto', 'luxon', 'n8n-workflow', 'node:crypto'];

/** Today it is a third of that; a bundle that doubles has taken in something that it should not. */
const MOST_KIB = 1024;

/** What is wrong with the package that is unpacked in `folder`. */
export function contentFaults(folder: string): string[] {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
	const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
	const kib = files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0) / 1024;

	const extra = files.filter((file) => !PUBLISHED_FILES.includes(file));
	const missing = PUBLISHED_FILES.filter((file) => !files.includes(file));
	const foreign = files
		.filter((file) => file.endsWith('.js'))
		.flatMap((file) =>
			[...read(file).matchAll(/\brequire\(["']([^"']+)["']\)/g)].map(([, name]) => ({
				file,
				name,
			})),
		)
		.filter(({ name }) => !PROVIDED.includes(name ?? ''));
	const licences = missing.includes('dist/THIRD_PARTY_LICENSES.txt')
		? ''
		: read('dist/THIRD_PARTY_LICENSES.txt');
	return [
		...extra.map((file) => `${file} is packed and not on the list in scripts/verify/contents.mts`),
		...missing.map((file) => `${file} is on the list and not packed`),
		...foreign.map(({ file, name }) => `${file} requires ${name}: bundle it, or do without`),
		...(/^node-rsa \d/m.test(licences)
			? []
			: ['The licence of node-rsa, which is bundled, is not']),
		...(kib > MOST_KIB ? [`The files have ${Math.round(kib)} KiB; ${MOST_KIB} are allowed`] : []),
	];
}
