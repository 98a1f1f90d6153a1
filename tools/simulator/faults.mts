/** The faults that --fault-rate and --faults inject. */
import type { SCENARIOS } from './scenarios.mts';

/**
 * The injected faults, by the names for `--faults`. A retry can fix all of them except `tampered`: a client
 * must neither believe nor retry that.
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

/** These faults happen before Alipay does anything. The others hide the response after Alipay has acted. */
export const TURNED_AWAY: readonly FaultName[] = ['call-limited', 'http-429'];

/** The default faults: each happens immediately and is temporary. */
export const USUAL_FAULTS: readonly FaultName[] = [
	'reset',
	'http-502',
	'service-unavailable',
	'call-limited',
	'system-error',
	'truncated',
];
