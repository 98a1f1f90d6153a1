/**
 * The demo: the simulator takes the place of Alipay. n8n's engine runs examples/00-query-rows.json with the
 * rows of examples/coupon-operations.csv.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { startSimulator } from '../simulator/gateway.mts';
import { runWorkflow } from '../sandbox/engine.mts';
import type { WorkflowInput } from '../sandbox/engine.mts';
import { alertLines, failedRowLines, responseTable } from './report.mts';

const ROWS = 'examples/coupon-operations.csv';
const WORKFLOW = 'examples/00-query-rows.json';

const read = async (name: string) =>
	await readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
const say = (text = '') => console.log(text);

say('… Starting the simulator, an Alipay gateway on this machine');
const simulator = await startSimulator();
say(`✓ ${simulator.url}`);

try {
	const rows = parse<Record<string, string>>(await read(ROWS), { columns: true });
	say(`… Running ${WORKFLOW} on n8n's engine with the ${rows.length} rows of ${ROWS}`);
	const { items, error } = await runWorkflow({
		workflow: JSON.parse(await read(WORKFLOW)) as WorkflowInput['workflow'],
		items: rows.map((json) => ({ json })),
		credential: { ...simulator.credential },
	});
	if (error) throw error;
	const successful = items('Alipay');
	const failed = items('Alipay', 1);
	say(`✓ ${simulator.totalRequests} signed requests, ${successful.length} responses verified`);

	say(`\nRESPONSES (signature verified)\n${responseTable(successful)}`);
	say(`\nALERTS (status CLOSED)\n${alertLines(successful)}`);
	say(`\nFAILED ROWS (on the error output, with what to do)\n${failedRowLines(failed)}`);
	say(`
WHAT TO TRY NEXT
  Change a row of ${ROWS} and run the demo again.
  npm run simulator            runs the gateway and prints a credential for your own n8n
  npm run simulator -- --help  lists the numbers for every code, outage and attack
  npm test                     tests everything, also against the official Alipay SDK
  README.md                    tells you how to install the node in n8n`);
} finally {
	await simulator.close();
}
