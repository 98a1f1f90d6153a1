/** The command that runs the simulator in a terminal: flags, what to paste, one line a request. */
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { SAMPLES } from './book.mts';
import { BULK_SIZE, bulkReference } from './bulk.mts';
import type { Reference } from './book.mts';
import { FILES } from './certificates.mts';
import { CUES, FAULTS, OPEN_CUES, USUAL_FAULTS } from './cues.mts';
import type { FaultName } from './cues.mts';
import { startSimulator } from './gateway.mts';
import type { ReceivedRequest, Simulator } from './gateway.mts';
import { KEYS_FOLDER } from './keys.mts';

interface NumberFlag {
	default: number;
	min: number;
	max: number;
	whole: boolean;
	meaning: string;
}

const NUMBER_FLAGS = {
	port: {
		default: 0,
		min: 0,
		max: 65_535,
		whole: true,
		meaning: 'port to listen on; 0 = any free',
	},
	latency: { default: 0, min: 0, max: 600_000, whole: true, meaning: 'ms that every answer waits' },
	'fault-rate': {
		default: 0,
		min: 0,
		max: 1,
		whole: false,
		meaning: 'share of good requests that meet a passing fault',
	},
	'call-limit': {
		default: 0,
		min: 0,
		max: 1_000_000,
		whole: true,
		meaning: 'queries a second before Alipay says 40005; 0 = no limit',
	},
	'signed-ahead': {
		default: 0,
		min: 0,
		max: BULK_SIZE,
		whole: true,
		meaning: 'answers of generated operations to sign at the start',
	},
	'timestamp-window': {
		default: 15,
		min: 1,
		max: 1_000_000_000,
		whole: true,
		meaning: 'minutes that a timestamp may be off',
	},
} as const satisfies Record<string, NumberFlag>;

const NUMBER_NAMES = Object.keys(NUMBER_FLAGS) as Array<keyof typeof NUMBER_FLAGS>;

const CUE_LINES = Object.entries({ ...CUES, ...OPEN_CUES }).map(
	([name, { meaning }]) => `  ${name.padEnd(30)} ${meaning}`,
);

const indented = (names: readonly string[]) => `${' '.repeat(25)}${names.join(', ')}`;

const USAGE = `Usage: npm run simulator -- [options]

A local Alipay gateway for alipay.fund.coupon.operation.query, on 127.0.0.1 only.

Options
${Object.entries(NUMBER_FLAGS)
	.map(([name, flag]) => `  ${`--${name} N`.padEnd(22)} ${flag.meaning} (default ${flag.default})`)
	.join('\n')}
  --faults A,B…          which faults --fault-rate brings, in turn:
${indented(Object.keys(FAULTS))}
                         (default: the first ${USUAL_FAULTS.length})
  --tls                  serve https; a client must trust the certificate that is named at the start
  --quiet                do not print a line for each request
  --help                 print this`;

const CUES_HELP = `Cues: any auth_no with one of these as operation_id (or any out_order_no with one as out_request_no)
${CUE_LINES.join('\n')}`;

type NumberName = keyof typeof NUMBER_FLAGS;
type Flags = Record<NumberName, number> & {
	faults: readonly FaultName[];
	tls: boolean;
	quiet: boolean;
	help: boolean;
};

/** Reads the flags; throws an Error that says in one line what is wrong with them. */
function readFlags(args: string[]): Flags {
	const { values } = parseArgs({
		// `tsx main.mts -- --port 0` hands the dashes on; parseArgs would take them as the end of flags.
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

function readFaults(text: string | undefined): readonly FaultName[] {
	if (text === undefined) return USUAL_FAULTS;
	return text.split(',').map((name) => {
		if (Object.hasOwn(FAULTS, name)) return name as FaultName;
		throw new Error(
			`--faults must name ${Object.keys(FAULTS).join(', ')}, with commas between them, not "${name}"`,
		);
	});
}

function readNumber(name: NumberName, text: string | undefined): number {
	const flag: NumberFlag = NUMBER_FLAGS[name];
	if (text === undefined) return flag.default;
	const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
	if (!(value >= flag.min && value <= flag.max) || (flag.whole && !Number.isInteger(value))) {
		const kind = flag.whole ? 'a whole number' : 'a number';
		throw new Error(`--${name} must be ${kind} from ${flag.min} to ${flag.max}, not "${text}"`);
	}
	return value;
}

function welcome({ credential, credentials, encryptKey, url, caFile }: Simulator): string {
	const trust =
		caFile === null ? '' : `\nTo trust it, start n8n with NODE_EXTRA_CA_CERTS=${caFile}`;
	return `Alipay gateway simulator at ${url}${trust}

Credential "Alipay API"
  Environment: Custom
  Gateway URL: ${credential.gatewayUrl}
  App ID: ${credential.appId}
  Private Key: ${credential.privateKey}
  Alipay Public Key: ${credential.alipayPublicKey}
  Sign Type: ${credential.signType}
Certificate mode: App ID ${credentials.certificate.appId}, the same Private Key, and ${certificateFiles()}
Encrypt Key (optional, either App ID): ${encryptKey}

Numbers to try (auth_no + operation_id, or out_order_no + out_request_no)
${numbersLine('SUCCESS', SAMPLES.success)}
${numbersLine('SUCCESS, all fields', SAMPLES.rich)}
${numbersLine('CLOSED', SAMPLES.closed)}
${numbersLine('INIT for ever', SAMPLES.initial)}
${numbersLine('REFUND', SAMPLES.refund)}
${numbersLine('SUCCESS after 5 s', SAMPLES.settlesSuccess)}
${numbersLine('CLOSED after 5 s', SAMPLES.settlesClosed)}
${numbersLine('a million more, from', bulkReference(1))}

${CUES_HELP}

Ctrl-C stops it.
`;
}

function certificateFiles(): string {
	const folder = relative('.', KEYS_FOLDER);
	return `${folder}/{${Object.values(FILES).join(',')}}`;
}

function numbersLine(label: string, numbers: Reference): string {
	const { auth_no, operation_id, out_order_no, out_request_no } = numbers;
	return `  ${label.padEnd(20)} ${auth_no} + ${operation_id}, or ${out_order_no} + ${out_request_no}`;
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
	let flags: Flags;
	try {
		flags = readFlags(process.argv.slice(2));
	} catch (error) {
		fail(`${(error as Error).message}\n\n${USAGE}`, 2);
	}
	if (flags.help) {
		process.stdout.write(`${USAGE}\n\n${CUES_HELP}\n`);
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
	print(welcome(simulator));
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void simulator.close().then(() => process.exit(0)));
	}
}

await main();
