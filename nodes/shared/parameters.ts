import type { IExecuteFunctions } from 'n8n-workflow';
import { localFault, success, type Outcome } from '../../alipay/errors/fault';
import { readOptions, type QueryOptions } from './form/options';
import type { Asked, Query } from './query';

/** The parameters of one item, checked. */
interface ItemParameters {
	asked: Asked;
	options: QueryOptions;
	simplify: boolean;
}

export interface ParameterReader {
	/** An expression that cannot be resolved is a fault of this item alone. */
	ofItem(index: number): Outcome<ItemParameters>;
	/** The options that belong to the whole run: the first item's, or the usual ones if unreadable. */
	ofRun(): QueryOptions;
}

export function createParameterReader(query: Query, context: IExecuteFunctions): ParameterReader {
	const readAsked = query.reader(context);
	const simplify = perItem(context, 'simplify', true, (value) => value as boolean);
	const options = perItem(context, 'options', {}, (raw) =>
		readOptions(raw as Record<string, unknown>),
	);

	return {
		ofItem(index) {
			try {
				const asked = readAsked(index);
				if (!asked.ok) return asked;
				return success({
					asked: asked.value,
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
export function perItem<T>(
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
