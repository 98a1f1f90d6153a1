import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('npm run demo', () => {
	let output: string;
	beforeAll(async () => {
		const demo = ['tools/build/launch.mjs', 'tools/demo/main.mts'];
		({ stdout: output } = await promisify(execFile)(process.execPath, demo, { cwd: ROOT }));
	});

	it.each([
		['an operation that is SUCCESS', /│ PAY +│ SUCCESS +│ +¥88\.88 │/],
		['an operation that is still INIT', /│ PAY +│ INIT +│ +¥20\.00 │/],
		['a REFUND', /│ REFUND +│ SUCCESS +│ +¥8\.88 │/],
		['an alert for an operation that was CLOSED', /! row 4: ¥66\.00 "开学季红包" was closed/],
		['a response after two outages', /│ Alipay busy twice .*│ SUCCESS +│/],
		[
			'a number without its partner, with the field to fill in',
			/row 9: Auth No .*\n.*Also fill in Operation ID/,
		],
		['an order that was not found, with what to check', /row 10: Not found.*\n.*Check the Auth No/],
		['a forged response as a failed item', /row 11: The signature of the response does not match/],
		['what to try next', /npm run simulator/],
	])('prints %s', (_what, pattern) => {
		expect(output).toMatch(pattern);
	});

	it('prints no key', () => {
		expect(output).not.toMatch(/[A-Za-z0-9+/]{60}/);
	});
});
