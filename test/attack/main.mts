/** `npm run attack -- 100000`: so many changed answers, none of which may be accepted with another value. */
import { attack } from './mutate.mts';

const count = Number(process.argv[2] ?? 100_000);
if (!Number.isSafeInteger(count) || count < 1) {
	console.error('Usage: npm run attack -- [how many changed answers, 100000 by default]');
	process.exit(2);
}
console.log(`… Changing ${count} signed answers at random, and each of their bytes`);
const { tried, refused, same, changed } = attack(count, 4);
console.log(`${tried} tried: ${refused} refused, ${same} accepted with the signed values`);
console.log(`${changed.length} accepted with a changed value`);
if (changed.length > 0) {
	console.log(changed.join('\n'));
	process.exitCode = 1;
}
