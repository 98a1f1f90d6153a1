import { KNOWN_METHODS } from './known';
import { methodNamed, type Method } from './method';
import { effectOf } from './names';
import * as registry from './registry';

export const METHODS: readonly Method[] = Object.values(registry);

/** The method of a resource and operation. Throws if it is not in the registry. */
export function methodOf(resource: string, operation: string): Method {
	const found = METHODS.find(
		(method) => method.resource.value === resource && method.operation.value === operation,
	);
	if (!found) throw new Error(`The resource "${resource}" has no operation "${operation}"`);
	return found;
}

/**
 * The method with this name. For a method outside the registry, only its name and the list of known methods
 * tell something about it.
 */
export function anyMethod(name: string): Method {
	const ofRegistry = METHODS.find((method) => method.name === name);
	if (ofRegistry) return ofRegistry;
	const known = Object.hasOwn(KNOWN_METHODS, name) ? KNOWN_METHODS[name] : undefined;
	return {
		...methodNamed(name, effectOf(name)),
		...(known?.proof ? { proof: known.proof } : {}),
		...(known?.lacksCode ? { mayLackCode: true } : {}),
		limits: ANY_LIMITS,
	};
}

/** A page of 2,000 account entries has about 2 MB. */
const ANY_LIMITS = { responseBytes: 4 * 1024 * 1024 };
