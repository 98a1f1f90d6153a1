import type { Method } from './method';
import * as registry from './registry';

/** All methods of the registry. */
export const METHODS: readonly Method[] = Object.values(registry);

/** The method of a resource and its operation. Throws for one that is not in the registry. */
export function methodOf(resource: string, operation: string): Method {
	const found = METHODS.find(
		(method) => method.resource.value === resource && method.operation.value === operation,
	);
	if (!found) throw new Error(`There is no operation "${operation}" of "${resource}"`);
	return found;
}
