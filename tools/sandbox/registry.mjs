/**
 * Replaces npm on n8n's PATH. n8n installs a community package by its name, with `npm view` and `npm pack`.
 * For our package, this script responds with the tarball of the checkout instead of the registry. So n8n
 * unpacks, installs and registers exactly what would be published. Other commands go to the real npm.
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
