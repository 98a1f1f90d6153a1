/** Any API → Call in the workflow of query.mts. */
import type { INodeParameters } from 'n8n-workflow';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { queryItems, type QueryOutput, type QuerySettings } from './query.mts';

export interface CallSettings extends QuerySettings {
	options?: INodeParameters;
	publicParameters?: ReadonlyArray<{ name: unknown; value: unknown }>;
}

/** Calls `method` once for each item. `bizContent` is the parameter as it is stored. */
export async function callItems(
	simulator: Pick<Simulator, 'credential'>,
	method: unknown,
	bizContent: unknown,
	{
		items = [{}],
		options = {},
		publicParameters = [],
		...settings
	}: CallSettings & {
		items?: readonly object[];
	} = {},
): Promise<QueryOutput> {
	const parameters = {
		resource: 'anyApi',
		operation: 'call',
		method: typeof method === 'string' ? { __rl: true, mode: 'name', value: method } : method,
		bizContent,
		publicParameters: { values: publicParameters },
		options,
	} as unknown as INodeParameters;
	return await queryItems(simulator, items, { ...settings, parameters });
}
