/** The command that runs the simulator in a terminal: flags, what to paste, one line a request. */
import { readFlags } from './flags.mts';
import type { Flags } from './flags.mts';
import { startSimulator } from './gateway.mts';
import { help, usage, welcome } from './help.mts';
import type { ReceivedRequest } from './listener.mts';
import { readFixtures } from './readFixtures.mts';

function requestLine({ receivedAt, number, numbers, outcome }: ReceivedRequest): string {
	const time = new Date(receivedAt).toTimeString().slice(0, 8);
	// The numbers come from outside: a control character in them must not reach the terminal.
	const shown = (numbers || '-').replace(/\p{Cc}/gu, '?');
	return `${time} #${number} ${shown} ${outcome}`;
}

function fail(message: string, exitCode: number): never {
	process.stderr.write(`${message}\n`);
	process.exit(exitCode);
}

async function main(): Promise<void> {
	const fixtures = await readFixtures().catch((error: Error) =>
		fail(`The simulator cannot start: ${error.message}`, 1),
	);
	let flags: Flags;
	try {
		flags = readFlags(process.argv.slice(2));
	} catch (error) {
		fail(`${(error as Error).message}\n\n${usage(fixtures)}`, 2);
	}
	if (flags.help) {
		process.stdout.write(`${help(fixtures)}\n`);
		return;
	}
	const print = (line: string) => process.stdout.write(`${line}\n`);
	const simulator = await startSimulator({
		port: flags.port,
		latencyMs: flags.latency,
		faultRate: flags['fault-rate'],
		faults: flags.faults,
		callLimit: flags['call-limit'] || Infinity,
		signedAhead: flags['signed-ahead'],
		tls: flags.tls,
		timestampWindowMinutes: flags['timestamp-window'],
		...(flags.quiet ? {} : { onRequest: (request) => print(requestLine(request)) }),
	}).catch((error: NodeJS.ErrnoException) =>
		fail(
			error.code === 'EADDRINUSE'
				? `Port ${flags.port} is taken on 127.0.0.1. Stop what uses it, or use --port 0 for any free one.`
				: `The simulator cannot start: ${error.message}`,
			1,
		),
	);
	print(welcome(simulator, fixtures));
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void simulator.close().then(() => process.exit(0)));
	}
}

await main();
