/** The command that runs the simulator in a terminal: flags, what to paste, one line a request. */
import { parseArgs } from 'node:util';
import { NUMBER_NAMES, readFaults, readNumber } from './flags.mts';
import type { Flags, NumberName } from './flags.mts';
import { startSimulator } from './gateway.mts';
import { help, usage, welcome } from './help.mts';
import type { ReceivedRequest } from './listener.mts';
import { readFixtures } from './readFixtures.mts';

/** Reads the flags; throws an Error that says in one line what is wrong with them. */
function readFlags(args: string[]): Flags {
	const { values } = parseArgs({
		// `tsx main.mts -- --port 0` passes the dashes on; parseArgs would take them as the end of flags.
		args: args[0] === '--' ? args.slice(1) : args,
		options: {
			...(Object.fromEntries(NUMBER_NAMES.map((name) => [name, { type: 'string' }])) as Record<
				NumberName,
				{ type: 'string' }
			>),
			faults: { type: 'string' },
			tls: { type: 'boolean', default: false },
			quiet: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	const numbers = NUMBER_NAMES.map((name) => [name, readNumber(name, values[name])] as const);
	return {
		...values,
		faults: readFaults(values.faults),
		...(Object.fromEntries(numbers) as Record<NumberName, number>),
	};
}

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
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void simulator.close().then(() => process.exit(0)));
	}
	// Last: who reads it may send a signal at once.
	print(welcome(simulator, fixtures));
}

await main();
