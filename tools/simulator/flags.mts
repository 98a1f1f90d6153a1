/** The flags of the command, and what their values may be. */
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

export const NUMBER_NAMES = Object.keys(NUMBER_FLAGS) as Array<keyof typeof NUMBER_FLAGS>;

export type NumberName = keyof typeof NUMBER_FLAGS;
export type Flags = Record<NumberName, number> & {
	faults: readonly FaultName[];
	tls: boolean;
	quiet: boolean;
	help: boolean;
};

export function readFaults(text: string | undefined): readonly FaultName[] {
	if (text === undefined) return USUAL_FAULTS;
	return text.split(',').map((name) => {
		if (Object.hasOwn(FAULTS, name)) return name as FaultName;
		throw new Error(
			`--faults must name ${Object.keys(FAULTS).join(', ')}, with commas between them, not "${name}"`,
		);
	});
}

export function readNumber(name: NumberName, text: string | undefined): number {
	const flag: NumberFlag = NUMBER_FLAGS[name];
	if (text === undefined) return flag.default;
	const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
	if (!(value >= flag.min && value <= flag.max) || (flag.whole && !Number.isInteger(value))) {
		const kind = flag.whole ? 'a whole number' : 'a number';
		throw new Error(`--${name} must be ${kind} from ${flag.min} to ${flag.max}, not "${text}"`);
	}
	return value;
}
