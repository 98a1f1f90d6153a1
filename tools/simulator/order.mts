/** The orders that the command sends to a running simulator. */
import { parseArgs } from 'node:util';
import { NOTIFICATIONS, ORDERS } from './control.mts';
import type { Order } from './control.mts';
import type { Fixture } from './fixture.mts';
import { METHOD } from './fixtures/couponOperation.mts';

export const orderHelp = () => `Commands for a running simulator, from another terminal
  npm run simulator -- settle STATUS NUMBER… --at URL   set the status of the record
  npm run simulator -- notify WHAT NUMBER… --at URL     send a notification about it; WHAT is one of
                         ${NOTIFICATIONS.slice(0, 7).join(', ')},
                         ${NOTIFICATIONS.slice(7, 13).join(', ')},
                         ${NOTIFICATIONS.slice(13).join(', ')}
  --at URL               the gateway of the simulator, for example http://127.0.0.1:8080/gateway.do
  --method M             the method of the record (default ${METHOD});
                         enter its numbers in the order of docs/simulator.md`;

/** Reads `settle CLOSED <auth_no> <operation_id> --at URL`. Throws an Error that says what is wrong. */
export function readOrder(
	args: string[],
	fixtures: readonly Fixture[],
): { at: string; order: Order } {
	const { positionals, values } = parseArgs({
		args,
		allowPositionals: true,
		options: { at: { type: 'string' }, method: { type: 'string', default: METHOD } },
	});
	const [name, what = '', ...given] = positionals;
	const { at = '', method } = values;
	const order = ORDERS.find((one) => one === name) ?? 'settle';
	const fixture = fixtures.find((one) => one.method === method);
	if (!fixture) {
		throw new Error(`--method must be one of ${fixtures.map((one) => one.method).join(', ')}`);
	}
	if (order === 'notify' && !NOTIFICATIONS.includes(what)) {
		throw new Error(`notify: "${what}" is not valid. Use one of ${NOTIFICATIONS.join(', ')}`);
	}
	if (!URL.canParse(at)) throw new Error(`--at must be the address of a simulator, not "${at}"`);
	const way = wayOf(fixture, given);
	if (!way || way.length === 0) {
		const ways = fixture.identifiedBy.map((names) => names.join(' and ')).join(', or ');
		throw new Error(`${method} needs ${ways}. You entered ${given.length} numbers`);
	}
	const numbers = Object.fromEntries(way.map((number, index) => [number, given[index]]));
	return { at, order: { order, what, numbers, method } };
}

/** The names of these numbers in a record. If no record has them, the first combination of that length. */
function wayOf({ identifiedBy, records, generated }: Fixture, given: readonly string[]) {
	const ways = identifiedBy.filter((names) => names.length === given.length);
	const isListed = (names: readonly string[]) =>
		records.some((record) => names.every((name, index) => record[name] === given[index]));
	const isGenerated = (names: readonly string[]) =>
		names.every((name, index) => {
			const prefix = generated?.prefixes[name];
			return prefix !== undefined && given[index]?.startsWith(prefix) === true;
		});
	return ways.find((names) => isListed(names) || isGenerated(names)) ?? ways[0];
}
