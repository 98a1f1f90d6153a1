import path from 'node:path';
import { afterAll } from 'vitest';
import { startSimulator } from '../../tools/simulator/gateway.mts';
import type { Simulator, SimulatorOptions } from '../../tools/simulator/gateway.mts';
import { temporaryFolder } from './temporary.mts';

let keysFolder: string | undefined;
const simulators: Simulator[] = [];
afterAll(async () => {
	await Promise.all(simulators.map(async (simulator) => await simulator.close()));
});

/**
 * A simulator that shares its keys with the others of the file and closes after the last test of
 * the file.
 */
export async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
	keysFolder ??= path.join(temporaryFolder('keys'), 'keys');
	const simulator = await startSimulator({ keysFolder, ...options });
	simulators.push(simulator);
	return simulator;
}
