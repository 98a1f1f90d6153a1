import type { Fault, Outcome } from '../../../alipay/errors/fault';

/** Ends a poll. The trigger turns it into n8n's error. */
export class Refusal extends Error {
	constructor(readonly fault: Fault) {
		super(fault.message);
	}
}

export function orRefuse<T>(outcome: Outcome<T>): T {
	if (!outcome.ok) throw new Refusal(outcome.fault);
	return outcome.value;
}
