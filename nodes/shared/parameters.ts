import type { IExecuteFunctions } from 'n8n-workflow';
import { readAppAuthToken } from '../../alipay/application/shortFields';
import { localFault, success, type Outcome } from '../../alipay/errors/fault';
import type { Method } from '../../alipay/methods/method';
import { parameterOf } from './form/method';
import { readOptions, type QueryOptions } from './form/options';
import { identify, type IdentifyBy, type Numbers } from './identify';

/** The parameters of one item, checked. */
interface ItemParameters {
	bizContent: Numbers;
	options: QueryOptions;
	simplify: boolean;
}

export interface ParameterReader {
	/** An expression that cannot be resolved is a fault of this item alone. */
	ofItem: (index: number) => Outcome<ItemParameters>;
	/** The options that belong to the whole run: the first item's, or the usual ones if unreadable. */
	ofRun: () => QueryOptions;
}

export function createParameterReader(method: Method, context: IExecuteFunctions): ParameterReader {
	const identifyBy = perItem(context, 'identifyBy', 'alipay', (by) => by as IdentifyBy);
	const numbers = method.parameters.map(
		({ name }) => [name, perItem(context, parameterOf(name), '', (value) => value)] as const,
	);
	const simplify = perItem(context, 'simplify', true, (value) => value as boolean);
	const options = perItem(context, 'options', {}, (raw) =>
		readOptions(raw as Record<string, unknown>),
	);

	return {
		ofItem(index) {
			try {
				const raw = Object.fromEntries(numbers.map(([name, read]) => [name, read(index)]));
				const bizContent = identify(method, identifyBy(index), raw);
				if (!bizContent.ok) return bizContent;
				const chosen = options(index);
				const appAuthToken = readAppAuthToken(chosen.appAuthToken, 'node');
				if (!appAuthToken.ok) return appAuthToken;
				return success({
					bizContent: bizContent.value,
					options: { ...chosen, appAuthToken: appAuthToken.value },
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
