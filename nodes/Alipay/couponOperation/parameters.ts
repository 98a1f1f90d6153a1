import type { IExecuteFunctions } from 'n8n-workflow';
import { localFault, success, type Outcome } from '../../../alipay/fault';
import { pairIdentifiers, type Identifiers, type IdentifyBy } from './identifiers';
import { readOptions, type QueryOptions } from './options';
import { PARAMETERS } from './query.description';

/** The parameters of one item, checked. */
export interface ItemParameters {
	identifiers: Identifiers;
	options: QueryOptions;
	simplify: boolean;
}

export interface ParameterReader {
	/** An expression that cannot be resolved is a fault of this item alone. */
	ofItem(index: number): Outcome<ItemParameters>;
	/** The options that belong to the whole run: the first item's, or the usual ones if unreadable. */
	ofRun(): QueryOptions;
}

export function createParameterReader(context: IExecuteFunctions): ParameterReader {
	const identifyBy = perItem(context, 'identifyBy', 'alipay', (by) => by as IdentifyBy);
	const simplify = perItem(context, 'simplify', true, (value) => value as boolean);
	const options = perItem(context, 'options', {}, (raw) =>
		readOptions(raw as Record<string, unknown>),
	);
	const number = (name: string) => perItem(context, name, '', (value) => value);
	const auth_no = number(PARAMETERS.auth_no);
	const operation_id = number(PARAMETERS.operation_id);
	const out_order_no = number(PARAMETERS.out_order_no);
	const out_request_no = number(PARAMETERS.out_request_no);

	return {
		ofItem(index) {
			try {
				const identifiers = pairIdentifiers(identifyBy(index), {
					auth_no: auth_no(index),
					operation_id: operation_id(index),
					out_order_no: out_order_no(index),
					out_request_no: out_request_no(index),
				});
				if (!identifiers.ok) return identifiers;
				return success({
					identifiers: identifiers.value,
					options: options(index),
					simplify: simplify(index),
				});
			} catch (error) {
				return localFault(
					'invalid-identifiers',
					`A parameter of the item cannot be read: ${(error as Error).message}`,
					'Correct the expression in the parameters of the node.',
				);
			}
		},
		ofRun() {
			try {
				return options(0);
			} catch {
				return readOptions({});
			}
		},
	};
}

/** Reads a parameter of each item; one that holds no expression, once for all of them. */
function perItem<T>(
	context: IExecuteFunctions,
	name: string,
	absent: unknown,
	convert: (value: unknown) => T,
): (index: number) => T {
	const read = (index: number) => convert(context.getNodeParameter(name, index, absent));
	const raw = context.getNodeParameter(name, 0, absent, { rawExpressions: true });
	if (JSON.stringify(raw).includes('"=')) return read;
	let once: { value: T } | undefined;
	return () => (once ??= { value: read(0) }).value;
}
