/** What the command prints: its help, and what to paste and try. */
import { relative } from 'node:path';
import { FILES } from './certificates.mts';
import { FAULTS, USUAL_FAULTS } from './faults.mts';
import type { Fields, Fixture } from './fixture.mts';
import { NUMBER_FLAGS } from './flags.mts';
import type { Simulator } from './gateway.mts';
import { KEYS_FOLDER } from './keys.mts';
import { SCENARIO_PATTERNS } from './scenarioPatterns.mts';
import { SCENARIOS } from './scenarios.mts';

const indented = (text: string) => `${' '.repeat(25)}${text}`;

/** The flags. */
export const usage = (fixtures: readonly Fixture[]) => `Usage: npm run simulator -- [options]

A local Alipay gateway, on 127.0.0.1 only, for
${fixtures.map(({ method }) => `  ${method}`).join('\n')}

Options
${Object.entries(NUMBER_FLAGS)
	.map(([name, flag]) => `  ${`--${name} N`.padEnd(22)} ${flag.meaning} (default ${flag.default})`)
	.join('\n')}
  --faults A,B…          which faults --fault-rate brings, in turn:
${indented(Object.keys(FAULTS).join(', '))}
                         (default: the first ${USUAL_FAULTS.length})
  --tls                  serve https; a client must trust the certificate that is named at the start
  --quiet                do not print a line for each request
  --help                 print this`;

/** The flags and the scenarios. */
export const help = (fixtures: readonly Fixture[]) =>
	`${usage(fixtures)}\n\n${scenarioHelp(fixtures)}`;

/** What to paste into the credential, and numbers to try. */
export function welcome(simulator: Simulator, fixtures: readonly Fixture[]): string {
	const { credential, credentials, encryptKey, url, caFile } = simulator;
	const trust =
		caFile === null ? '' : `\nTo trust it, start n8n with NODE_EXTRA_CA_CERTS=${caFile}`;
	return `Alipay gateway simulator at ${url}${trust}

Credential "Alipay API"
  Environment: Custom
  Gateway URL: ${credential.gatewayUrl}
  App ID: ${credential.appId}
  Private Key: ${credential.privateKey}
  Alipay Public Key: ${credential.alipayPublicKey}
  Sign Type: ${credential.signType}
Certificate mode: App ID ${credentials.certificate.appId}, the same Private Key, and ${certificateFiles()}
Encrypt Key (optional, either App ID): ${encryptKey}

${fixtures.map(numbersToTry).join('\n\n')}

${scenarioHelp(fixtures)}

Ctrl-C stops it.
`;
}

function certificateFiles(): string {
	const folder = relative('.', KEYS_FOLDER);
	return `${folder}/{${Object.values(FILES).join(',')}}`;
}

function scenarioHelp(fixtures: readonly Fixture[]): string {
	const scenarios = Object.entries({ ...SCENARIOS, ...SCENARIO_PATTERNS });
	const lines = scenarios.map(([name, { meaning }]) => `  ${name.padEnd(30)} ${meaning}`);
	const where = fixtures.map(({ method, scenarioNumbers, identifiedBy }) => {
		const names = scenarioNumbers ?? [...new Set(identifiedBy.flat())];
		return `  ${method}: ${names.join(' or ') || 'any text of biz_content'}`;
	});
	return `Scenarios: put one of these names in place of a number
${where.join('\n')}
Codes and statuses are those of a red packet; another method has its own in their place.

${lines.join('\n')}`;
}

function numbersToTry({
	method,
	identifiedBy,
	records,
	status,
	samples,
	generated,
}: Fixture): string {
	const ways = identifiedBy.map((names) => names.join(' + ')).join(', or ');
	const line = (label: string, record: Fields) => {
		const numbers = identifiedBy
			.filter((names) => names.every((name) => record[name] !== undefined))
			.map((names) => names.map((name) => record[name]).join(' + '));
		return `  ${label.padEnd(20)} ${numbers.join(', or ')}`;
	};
	const labelOf = (record: Fields) => String(status ? record[status.field] : '');
	const firstOfEach = new Map([...records].reverse().map((record) => [labelOf(record), record]));
	const shown = samples ?? [...firstOfEach].map(([label, record]) => ({ label, record }));
	const lines = shown.map(({ label, record }) => line(label, record));
	if (generated) lines.push(line('a million more, from', generated.record(1)));
	return `Numbers to try with ${method}\n(${ways})\n${lines.join('\n')}`;
}
