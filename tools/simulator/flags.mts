/** The flags of the command and their allowed values. */
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
		meaning: 'port to listen on; 0 = any free port',
	},
	latency: {
		default: 0,
		min: 0,
		max: 600_000,
		whole: true,
		meaning: 'delay of every response in ms',
	},
	'fault-rate': {
		default: 0,
		min: 0,
		max: 1,
		whole: false,
		meaning: 'share of good requests that get a fault, 0 to 1',
	},
	'call-limit': {
		default: 0,
		min: 0,
		max: 1_000_000,
		whole: true,
		meaning: 'lookups per second; above it the response is 40005; 0 = no limit',
	},
	'signed-ahead': {
		default: 0,
		min: 0,
		max: GENERATED_COUNT,
		whole: true,
		meaning: 'number of responses about generated red packets to sign at the start',
	},
	'notify-faster': {
		default: 1,
		min: 1,
		max: 1_000_000,
		whole: true,
		meaning: 'divides the pauses between notifications by N',
	},
	'timestamp-window': {
		default: 15,
		min: 1,
		max: 1_000_000_000,
		whole: true,
		meaning: 'how many minutes a timestamp may be off',
	},
} as const satisfies Record<string, NumberFlag>;

export const NUMBER_NAMES = Object.keys(NUMBER_FLAGS) as Array<keyof typeof NUMBER_FLAGS>;

export type NumberName = keyof typeof NUMBER_FLAGS;
export type Flags = Record<NumberName, number> & {
	faults: readonly FaultName[];
	without: readonly string[];
	'notify-url'?: string | undefined;
	tls: boolean;
	quiet: boolean;
	help: boolean;
};

export function readFaults(text: string | undefined): readonly FaultName[] {
	if (text === undefined) return USUAL_FAULTS;
	return text.split(',').map((name) => {
		if (Object.hasOwn(FAULTS, name)) return name as FaultName;
		throw new Error(
			`--faults: "${name}" is not a fault. Use one or more of ${Object.keys(FAULTS).join(', ')}, separated by commas`,
		);
	});
}

export function readMethods(text: string | undefined, known: readonly string[]): readonly string[] {
	const methods = text === undefined ? [] : text.split(',');
	const unknown = methods.find((method) => !known.includes(method));
	if (unknown === undefined) return methods;
	throw new Error(
		`--without: "${unknown}" is not a method of the simulator. Use one or more of ${known.join(', ')}, separated by commas`,
	);
}

/** The value of --notify-url. Throws an Error if it is not an http address. */
export function readUrl(text: string | undefined): string | undefined {
	if (text === undefined || /^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '')) {
		return text;
	}
	throw new Error(
		`--notify-url: "${text}" is not an http address. Use an address such as http://127.0.0.1:5678/webhook/…`,
	);
}

export function readNumber(name: NumberName, text: string | undefined): number {
	const flag: NumberFlag = NUMBER_FLAGS[name];
	if (text === undefined) return flag.default;
	const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
	if (!(value >= flag.min && value <= flag.max) || (flag.whole && !Number.isInteger(value))) {
		const kind = flag.whole ? 'a whole number' : 'a number';
		throw new Error(
			`--${name}: "${text}" is not valid. Use ${kind} from ${flag.min} to ${flag.max}`,
		);
	}
	return value;
}
