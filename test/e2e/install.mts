import { installN8n, NEWEST, OLDEST } from '../../tools/sandbox/install.mts';

/** Once, before all files: later calls find the installations. */
export default async function install() {
	for (const release of [NEWEST, OLDEST]) await installN8n(release);
}
