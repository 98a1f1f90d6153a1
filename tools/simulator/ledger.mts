/** All operations of the simulated Alipay, the book's and the generated ones, as they are now. */
import { effectivePair, findOperation, operationAt } from './book.mts';
import type {
	FinalStatus,
	NotFound,
	OperationRecord,
	Pair,
	Reference,
	Settlement,
} from './book.mts';
import { bulkNumber, bulkRecord, bulkReference } from './bulk.mts';

export interface Ledger {
	/** What Alipay would send of the operation of a pair, or its code for what is not there. */
	recordOf(pair: Pair): OperationRecord | NotFound;
	/** See `Simulator.settle`. */
	settle(numbers: Partial<Reference>, status: FinalStatus): void;
	/** How `settle` ended an operation; undefined when it did not. */
	settlementOf(operationId: string): Settlement | undefined;
}

/** `now` in ms since the epoch; the operations that settle by themselves count from this moment. */
export function openLedger(now: () => number): Ledger {
	const startedAt = now();
	const settled = new Map<string, Settlement>();

	function recordOf(pair: Pair): ReturnType<Ledger['recordOf']> {
		const number = bulkNumber(pair);
		if (number !== undefined)
			return bulkRecord(number, settled.get(bulkReference(number).operation_id));
		const found = findOperation(pair);
		return typeof found === 'string' ? found : operationAt(found, now(), startedAt, settled);
	}

	return {
		recordOf,
		settle(numbers, status) {
			const pair = effectivePair(numbers);
			const record = pair && recordOf(pair);
			if (record === undefined || typeof record === 'string')
				throw new Error(`No operation has the numbers ${JSON.stringify(numbers)}`);
			const { operation_id, status: current } = record;
			if (current !== 'INIT')
				throw new Error(`Operation ${operation_id} is ${current} already, which is final`);
			settled.set(operation_id, { status, since: now() });
		},
		settlementOf: (operationId) => settled.get(operationId),
	};
}
