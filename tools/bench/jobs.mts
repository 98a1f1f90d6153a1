/** What is measured, as data, and how one measurement is made. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SimulatorCredential } from '../simulator/gateway.mts';
import type { CONTENDERS } from './contenders.mts';
import type { Parts } from './profile.mts';

export interface Scenario {
	/** Which contender looks the rows up. */
	who: keyof typeof CONTENDERS;
	concurrency: number;
	items: number;
	/** The share of rows whose numbers another row has as well, 0 to below 1. */
	repeated: number;
	latencyMs: number;
}

export interface Job extends Scenario {
	credential: SimulatorCredential;
	/** Whether to return the parts of the processor's time instead of a run. */
	profiled: boolean;
}

/** What one run took. */
export interface Run {
	itemsPerSecond: number;
	/** All threads of the process. */
	cpuMsPerItem: number;
	/** The growth of the resident set from the start of the run to its peak. */
	peakBytesPerItem: number;
	/** The 99th percentile of how late the event loop came to its timers. */
	loopP99Ms: number;
}

export interface Gateway {
	/** Runs a contender once, in a process of its own. */
	measure: (scenario: Scenario) => Promise<Run>;
	/** Where its time goes. */
	profile: (scenario: Scenario) => Promise<Parts>;
	close: () => void;
}

/** Starts a simulator that answers after `latencyMs` and has signed the first `signedAhead` answers. */
export async function startGateway(latencyMs: number, signedAhead: number): Promise<Gateway> {
	const gateway = start('gateway.mts', [latencyMs, signedAhead].map(String));
	const [{ credential, caFile }] = (await message(gateway)) as [
		{ credential: SimulatorCredential; caFile: string },
	];
	const ask = async (scenario: Scenario, profiled: boolean) => {
		const contender = start('contender.mts', [], {
			NODE_EXTRA_CA_CERTS: caFile,
			// The SDK writes its timestamp in the zone of the machine; Alipay reads Beijing time.
			TZ: 'Asia/Shanghai',
		});
		contender.send({ ...scenario, credential, profiled } satisfies Job);
		return (await message(contender))[0];
	};
	return {
		measure: async (scenario) => (await ask(scenario, false)) as Run,
		profile: async (scenario) => (await ask(scenario, true)) as Parts,
		close: () => gateway.disconnect(),
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
		throw new Error(`A measured process ended with ${code} before it had a result`);
	});
	ended.catch(() => undefined);
	return (await Promise.race([once(child, 'message'), ended])) as unknown[];
}
