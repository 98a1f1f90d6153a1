/** What goes wrong by itself, at the rate that --fault-rate sets. */
import type { SCENARIOS } from './scenarios.mts';

/**
 * What goes wrong by itself under `faultRate`, by the name that `--faults` takes. A retry gets over
 * all but `tampered`, which no client may believe or ask again.
 */
export const FAULTS = {
	reset: 'SIM-RESET',
	'http-502': 'SIM-HTTP-502',
	'service-unavailable': 'SIM-SERVICE-UNAVAILABLE',
	'call-limited': 'SIM-CALL-LIMITED',
	'system-error': 'SIM-SYSTEM-ERROR',
	truncated: 'SIM-TRUNCATED',
	'http-429': 'SIM-HTTP-429',
	slow: 'SIM-SLOW',
	hang: 'SIM-SILENCE',
	'wrong-charset': 'SIM-GBK-ANSWER',
	tampered: 'SIM-TAMPERED',
} as const satisfies Record<string, keyof typeof SCENARIOS>;

export type FaultName = keyof typeof FAULTS;

/** What happens unless other faults are named: each comes at once and passes. */
export const USUAL_FAULTS: readonly FaultName[] = [
	'reset',
	'http-502',
	'service-unavailable',
	'call-limited',
	'system-error',
	'truncated',
];
