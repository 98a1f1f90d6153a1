/**
 * `npm run attack -- 100000`: that many changed responses of each method, and notifications of each
 * kind. None of them may be accepted with another value.
 */
import { attack, TARGETS, type Tally } from './mutate.mts';
import { attackNotifications, NOTIFIED } from './notifications.mts';

const count = Number(process.argv[2] ?? 100_000);
if (!Number.isSafeInteger(count) || count < 1) {
	console.error(
		'Usage: npm run attack -- [how many changed responses of each method, 100000 by default]',
	);
	process.exit(2);
}
console.log(
	`… Changing ${count} signed responses of each method at random, and each of their bytes, and as many notifications of each kind`,
);
const report = (what: string, { tried, refused, same, changed }: Tally) => {
	console.log(
		`${what}: ${tried} tried, ${refused} refused, ${same} accepted with the signed values, ${changed.length} with a changed value`,
	);
	if (changed.length === 0) return;
	console.log(changed.join('\n'));
	process.exitCode = 1;
};
for (const method of TARGETS.keys()) report(method, attack(method, count, 4));
for (const kind of NOTIFIED.keys())
	report(`notification ${kind}`, attackNotifications(kind, count));
