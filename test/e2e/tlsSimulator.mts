import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSimulator } from '../../tools/simulator/gateway.mts';
import type { Simulator } from '../../tools/simulator/gateway.mts';

/** A TLS gateway for tests. Only clients that get its certificate authority trust it. */
export async function startTlsSimulator(): Promise<Simulator> {
	const keysFolder = mkdtempSync(path.join(tmpdir(), 'alipay-tls-'));
	const simulator = await startSimulator({ tls: true, keysFolder });
	const close = async () => {
		await simulator.close();
		rmSync(keysFolder, { recursive: true });
	};
	return { ...simulator, close };
}
