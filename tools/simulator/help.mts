/** The texts that the command prints: its help, the credential, and numbers to try. */
import { relative } from 'node:path';
import { FILES } from './certificates.mts';
import { FAULTS, USUAL_FAULTS } from './faults.mts';
import type { Fields, Fixture } from './fixture.mts';
import { NUMBER_FLAGS } from './flags.mts';
import type { Simulator } from './gateway.mts';
import { orderHelp } from './order.mts';
import { KEYS_FOLDER } from './keys.mts';
import { SCENARIO_PATTERNS } from './scenarioPatterns.mts';
import { SCENARIOS } from './scenarios.mts';

const indented = (text: string) => `${' '.repeat(25)}${text}`;

/** The flags. */
export const usage = (fixtures: readonly Fixture[]) => `Usage: npm run simulator -- [options]

Runs a local Alipay gateway, on 127.0.0.1 only. It has these methods:
${fixtures.map(({ method }) => `  ${method}`).join('\n')}

Options
${Object.entries(NUMBER_FLAGS)
	.map(([name, flag]) => `  ${`--${name} N`.padEnd(22)} ${flag.meaning} (default ${flag.default})`)
	.join('\n')}
  --faults A,B…          the faults of --fault-rate, in turn:
${indented(Object.keys(FAULTS).join(', '))}
                         (default: the first ${USUAL_FAULTS.length})
  --notify-url URL       address for a notification when a status changes
  --without A,B…         methods for which the application does not have permission
  --tls                  use https; the simulator prints the certificate that a client must trust
  --quiet                do not print a line for each request
  --help                 print this

${orderHelp()}`;

/** The help: flags, numbers and scenarios. */
export const help = (fixtures: readonly Fixture[]) =>
	[usage(fixtures), ...fixtures.map(numbersToTry), scenarioHelp(fixtures)].join('\n\n');

/** The text at the start: the values for the credential, and numbers to try. */
export function welcome(simulator: Simulator, fixtures: readonly Fixture[]): string {
	const { credential, credentials, encryptKey, url, caFile } = simulator;
	const trust =
		caFile === null
			? ''
			: `\nTo trust its certificate, start n8n with NODE_EXTRA_CA_CERTS=${caFile}`;
	return `Alipay gateway simulator at ${url}${trust}

Credential "Alipay API"
  Environment: Custom
  Gateway URL: ${credential.gatewayUrl}
  App ID: ${credential.appId}
  Private Key: ${credential.privateKey}
  Alipay Public Key: ${credential.alipayPublicKey}
  More Settings > Sign Type: ${credential.signType}
  More Settings > Allowed Domains: 127.0.0.1
Certificate mode: App ID ${credentials.certificate.appId}, the same Private Key, and the files ${certificateFiles()}
Encrypt Key (optional, either App ID): ${encryptKey}

${fixtures.map(numbersToTry).join('\n\n')}

${scenarioHelp(fixtures)}

To stop, press Ctrl-C.
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
	return `Scenarios: use one of these names in place of a number
${where.join('\n')}
The codes and statuses below are for red packets. Other methods use their own codes and statuses.

${lines.join('\n')}`;
}

const LABEL_WIDTH = 28;

function numbersToTry({
	method,
	note,
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
		return `  ${label.padEnd(LABEL_WIDTH)} ${numbers.join(', or ')}`;
	};
	const labelOf = (record: Fields) => String(status ? record[status.field] : '');
	const firstOfEach = new Map([...records].reverse().map((record) => [labelOf(record), record]));
	const shown = samples ?? [...firstOfEach].map(([label, record]) => ({ label, record }));
	const lines = shown.map(({ label, record }) => line(label, record));
	if (generated) lines.push(line('a million more, from', generated.record(1)));
	return `Numbers to try with ${method}\n(${[ways, note].filter(Boolean).join('; ')})\n${lines.join('\n')}`;
}
