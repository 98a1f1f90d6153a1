/** Defines the scenarios, and runs one measurement. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SimulatorCredential } from '../simulator/gateway.mts';
import type { CONTENDERS } from './contenders.mts';
import type { Parts } from './profile.mts';

export interface Scenario {
	/** The contender that looks up the rows. */
	who: keyof typeof CONTENDERS;
	concurrency: number;
	items: number;
	/** The share of rows with the same numbers as another row: from 0 to below 1. */
	repeated: number;
	latencyMs: number;
}

export interface Job extends Scenario {
	credential: SimulatorCredential;
	/** Whether to return the parts of the processor time instead of a run. */
	profiled: boolean;
}

/** The figures of one run. */
export type Run = {
	itemsPerSecond: number;
	/** The processor time of all threads of the process. */
	cpuMsPerItem: number;
	/** The growth of the resident set from the start of the run to its peak. */
	peakBytesPerItem: number;
	/** The 99th percentile of the delay of the event loop's timers. */
	loopP99Ms: number;
};

export interface Gateway {
	/** Runs a contender once, in its own process. */
	measure: (scenario: Scenario) => Promise<Run>;
	/** Measures where it spends its time. */
	profile: (scenario: Scenario) => Promise<Parts>;
	close: () => void;
}

/** A simulator in its own process, and the file of its certificate authority. */
export interface SimulatorProcess {
	credential: SimulatorCredential;
	caFile: string;
	close: () => void;
}

/** Starts a simulator that responds after `latencyMs`. It signs the first `signedAhead` responses in advance. */
export async function startSimulatorProcess(
	latencyMs: number,
	signedAhead: number,
): Promise<SimulatorProcess> {
	const child = start('gateway.mts', [latencyMs, signedAhead].map(String));
	const [started] = (await message(child)) as [Omit<SimulatorProcess, 'close'>];
	return { ...started, close: () => child.disconnect() };
}

/** Starts the same simulator as a gateway for the contenders. */
export async function startGateway(latencyMs: number, signedAhead: number): Promise<Gateway> {
	const { credential, caFile, close } = await startSimulatorProcess(latencyMs, signedAhead);
	const run = async (scenario: Scenario, profiled: boolean) => {
		const contender = start('contender.mts', [], {
			NODE_EXTRA_CA_CERTS: caFile,
			// The SDK uses the time zone of the machine for its timestamp. Alipay expects Beijing time.
			TZ: 'Asia/Shanghai',
		});
		contender.send({ ...scenario, credential, profiled } satisfies Job);
		return (await message(contender))[0];
	};
	return {
		measure: async (scenario) => (await run(scenario, false)) as Run,
		profile: async (scenario) => (await run(scenario, true)) as Parts,
		close,
	};
}

function start(file: string, args: string[], env: Record<string, string> = {}): ChildProcess {
	return fork(fileURLToPath(new URL(file, import.meta.url)), args, {
		execArgv: ['--import', 'tsx'],
		env: { ...process.env, ...env },
	});
}

async function message(child: ChildProcess): Promise<unknown[]> {
	const ended = once(child, 'exit').then(([code]: Array<number | null>) => {
		throw new Error(`A measured process ended with exit code ${code} before it returned a result`);
	});
	ended.catch(() => undefined);
	return (await Promise.race([once(child, 'message'), ended])) as unknown[];
}
