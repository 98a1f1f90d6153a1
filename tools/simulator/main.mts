/** The command that runs the simulator in a terminal. It prints the credential and one line for each request. */
import { parseArgs } from 'node:util';
import { ORDERS, sendOrder } from './control.mts';
import { NUMBER_NAMES, readFaults, readMethods, readNumber, readUrl } from './flags.mts';
import type { Flags, NumberName } from './flags.mts';
import { startSimulator } from './gateway.mts';
import { help, usage, welcome } from './help.mts';
import type { ReceivedRequest } from './listener.mts';
import { orderHelp, readOrder } from './order.mts';
import { readFixtures } from './readFixtures.mts';
import type { Attempt, Delivery } from './sender.mts';

/** Reads the flags. Throws an Error with a one-line message if a flag is wrong. */
function readFlags(args: string[], methods: readonly string[]): Flags {
	const { values } = parseArgs({
		// `tsx main.mts -- --port 0` passes the dashes on, and parseArgs would stop reading flags there.
		args: args[0] === '--' ? args.slice(1) : args,
		options: {
			...(Object.fromEntries(NUMBER_NAMES.map((name) => [name, { type: 'string' }])) as Record<
				NumberName,
				{ type: 'string' }
			>),
			faults: { type: 'string' },
			without: { type: 'string' },
			'notify-url': { type: 'string' },
			tls: { type: 'boolean', default: false },
			quiet: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false },
		},
	});
	const numbers = NUMBER_NAMES.map((name) => [name, readNumber(name, values[name])] as const);
	return {
		...values,
		faults: readFaults(values.faults),
		without: readMethods(values.without, methods),
		'notify-url': readUrl(values['notify-url']),
		...(Object.fromEntries(numbers) as Record<NumberName, number>),
	};
}

function requestLine({ receivedAt, number, numbers, outcome }: ReceivedRequest): string {
	const time = new Date(receivedAt).toTimeString().slice(0, 8);
	// The numbers come from the client. Control characters in them must not reach the terminal.
	const shown = (numbers || '-').replace(/\p{Cc}/gu, '?');
	return `${time} #${number} ${shown} ${outcome}`;
}

function attemptLine({ kind, notifyId }: Delivery, { at, status, heard }: Attempt): string {
	const time = new Date(at).toTimeString().slice(0, 8);
	const result = `${status ?? 'no response'} ${heard}`.replace(/\p{Cc}/gu, '?');
	return `${time} sent notification ${kind} …${notifyId.slice(-6)}: ${result}`;
}

function fail(message: string, exitCode: number): never {
	process.stderr.write(`${message}\n`);
	process.exit(exitCode);
}

async function main(): Promise<void> {
	const fixtures = await readFixtures().catch((error: Error) =>
		fail(`The simulator cannot start: ${error.message}`, 1),
	);
	const args = process.argv.slice(2).filter((arg) => arg !== '--');
	if (ORDERS.some((order) => order === args[0])) {
		try {
			const { at, order } = readOrder(args, fixtures);
			process.stdout.write(`✓ ${await sendOrder(at, order)}\n`);
		} catch (error) {
			fail(`${(error as Error).message}\n\n${orderHelp()}`, 2);
		}
		return;
	}
	let flags: Flags;
	try {
		const methods = fixtures.map(({ method }) => method);
		flags = readFlags(process.argv.slice(2), methods);
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
		without: flags.without,
		rateLimit: flags['call-limit'] || Infinity,
		signedAhead: flags['signed-ahead'],
		tls: flags.tls,
		timestampWindowMinutes: flags['timestamp-window'],
		...(flags['notify-url'] && { notifyUrl: flags['notify-url'] }),
		notifyFaster: flags['notify-faster'],
		...(!flags.quiet && {
			onRequest: (request) => print(requestLine(request)),
			onNotification: (delivery, attempt) => print(attemptLine(delivery, attempt)),
		}),
	}).catch((error: NodeJS.ErrnoException) =>
		fail(
			error.code === 'EADDRINUSE'
				? `Another program uses port ${flags.port} on 127.0.0.1. Stop it, or use --port 0 for any free port.`
				: `The simulator cannot start: ${error.message}`,
			1,
		),
	);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void simulator.close().then(() => process.exit(0)));
	}
	// Printed last, because a reader may send a signal immediately.
	print(welcome(simulator, fixtures));
}

await main();
