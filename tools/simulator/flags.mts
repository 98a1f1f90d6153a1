/** The flags of the command. */
import { parseArgs } from 'node:util';
import { FAULTS, USUAL_FAULTS } from './faults.mts';
import type { FaultName } from './faults.mts';
import { GENERATED_COUNT } from './generated.mts';

interface NumberFlag {
	default: number;
	min: number;
	max: number;
	whole: boolean;
	meaning: string;
}

export const NUMBER_FLAGS = {
	port: {
		default: 0,
		min: 0,
		max: 65_535,
		whole: true,
		meaning: 'port to listen on; 0 = any free',
	},
	latency: {
		default: 0,
		min: 0,
		max: 600_000,
		whole: true,
		meaning: 'ms that every response waits',
	},
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
		meaning: 'queries a second before Alipay responds with 40005; 0 = no limit',
	},
	'signed-ahead': {
		default: 0,
		min: 0,
		max: GENERATED_COUNT,
		whole: true,
		meaning: 'responses about generated red packets to sign at the start',
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

type NumberName = keyof typeof NUMBER_FLAGS;
export type Flags = Record<NumberName, number> & {
	faults: readonly FaultName[];
	tls: boolean;
	quiet: boolean;
	help: boolean;
};

/** Reads the flags; throws an Error that says in one line what is wrong with them. */
export function readFlags(args: string[]): Flags {
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
