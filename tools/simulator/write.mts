/** Runs the methods that are not queries, and remembers what they did. */
import { beijingText } from './beijing.mts';
import type { Fields, Fixture, Writing } from './fixture.mts';
import type { Found } from './store.mts';

type Answer = Fields | string;

/** `now` in ms since the epoch. A method returns fields, or the code of a refusal; a query returns the record. */
export function createWriter({ write }: Fixture, now: () => number) {
	/** The earlier writes, by the key of the record. */
	const done = new Map<string, Writing['before']>();
	const responseOf = (record: Fields, request: Fields, before: Writing['before']): Answer =>
		write ? write({ record, request, time: beijingText(now()), before }) : record;

	return {
		carryOut: ({ key, fields }: Found, request: Fields): Answer => {
			const before = done.get(key) ?? [];
			const response = responseOf(fields, request, before);
			if (write && typeof response !== 'string') done.set(key, [...before, { request, response }]);
			return response;
		},
		/** What the method would return for a record without earlier writes. */
		pretend: (record: Fields, request: Fields): Answer => responseOf(record, request, []),
	};
}
