/**
 * Stands before npm on n8n's PATH. n8n installs a community package with `npm view` and `npm pack` by
 * its name, which only the registry can answer: for our own package this answers from the checkout,
 * so that n8n itself unpacks, installs and registers what would be published. The real npm gets the rest.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import path from 'node:path';

const { ALIPAY_TARBALL = '', ALIPAY_VERSION, REAL_PATH } = process.env;
const [command = '', ...rest] = process.argv.slice(2);
const ours = rest.some((word) => word.startsWith('n8n-nodes-alipay@'));

if (ours && command === 'view') {
	console.log(JSON.stringify(ALIPAY_VERSION));
} else if (ours && command === 'pack') {
	copyFileSync(ALIPAY_TARBALL, path.basename(ALIPAY_TARBALL));
	console.log(path.basename(ALIPAY_TARBALL));
} else {
	const env = { ...process.env, PATH: REAL_PATH };
	const { status } = spawnSync('npm', [command, ...rest], { env, stdio: 'inherit' });
	process.exitCode = status ?? 1;
}
