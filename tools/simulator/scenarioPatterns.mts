/** Finds the scenario that a number names, and defines the scenarios with a variable part in their name. */
import { gatewayCodeOf } from './errors.mts';
import type { Fields, Fixture } from './fixture.mts';
import { signedResponse } from './response.mts';
import { businessFields, freshRecord, gatewayFailure } from './scenario.mts';
import type { Scenario } from './scenario.mts';
import { SCENARIOS } from './scenarios.mts';
import type { Change } from './store.mts';

interface Pattern {
	/** One line for people: what happens. */
	meaning: string;
	/** Undefined if the part is not valid. */
	scenario: (part: string, fixture: Fixture) => Scenario | undefined;
}

/** Scenarios whose names end with a variable part. */
export const SCENARIO_PATTERNS: Readonly<Record<string, Pattern>> = {
	'SIM-SUCCESS-AFTER-<seconds>': settling('INIT, then SUCCESS', ['success']),
	'SIM-CLOSED-AFTER-<seconds>': settling('INIT, then CLOSED', ['closed']),
	'SIM-REFUND-AFTER-<seconds>': settling('SUCCESS, then REFUND', ['success', 'refunded']),
	'SIM-CODE-<sub_code>': {
		meaning: 'any sub_code of docs/codes.md, for example SIM-CODE-isv.invalid-timestamp',
		scenario: codeScenario,
	},
};

/** The scenario that a request names in any of its numbers, also in a number that does not identify the record. */
export function scenarioOf(
	fixture: Fixture,
	biz: Fields,
): { name: string; scenario: Scenario } | undefined {
	const { scenarioNumbers } = fixture;
	const values = scenarioNumbers?.map((name) => biz[name]) ?? Object.values(biz);
	for (const name of values.filter((value) => typeof value === 'string')) {
		const scenario = scenarioNamed(name, fixture);
		if (scenario) return { name, scenario };
	}
	return undefined;
}

function scenarioNamed(name: string, fixture: Fixture): Scenario | undefined {
	if (Object.hasOwn(SCENARIOS, name)) return SCENARIOS[name as keyof typeof SCENARIOS];
	for (const [pattern, { scenario }] of Object.entries(SCENARIO_PATTERNS)) {
		const prefix = pattern.slice(0, pattern.indexOf('<'));
		if (name.startsWith(prefix)) return scenario(name.slice(prefix.length), fixture);
	}
	return undefined;
}

/** A sub_code with a dot belongs to the gateway, unless the fixture has a text for it or it begins with ACQ. */
function codeScenario(subCode: string, fixture: Fixture): Scenario | undefined {
	if (gatewayCodeOf(subCode)) return gatewayFailure(subCode);
	const isBusiness = Object.hasOwn(fixture.subMsgs, subCode) || /^(ACQ\.)?[^.]+$/.test(subCode);
	if (!isBusiness) return undefined;
	return {
		meaning: `40004 ${subCode}`,
		respond: (context) => signedResponse(businessFields(fixture, subCode, context.given), context),
	};
}

/**
 * Returns the initial status, or the first of two, until the time is over. The clock starts with the first
 * request. If the records do not have this status, the scenario does not exist.
 */
function settling(shown: string, ends: ReadonlyArray<'success' | 'closed' | 'refunded'>): Pattern {
	const meaning = `${shown} <seconds> after the first request with these numbers`;
	const after = (seconds: number): Scenario => ({
		meaning,
		respond(context) {
			const { fixture, firstRequestAt, now } = context;
			const changes = ends.flatMap((name, index): Change[] => {
				const status = fixture.status?.[name];
				const wait = index === ends.length - 1 ? seconds * 1000 : 0;
				return status ? [{ status, since: firstRequestAt + wait }] : [];
			});
			const due = changes.filter(({ since }) => now >= since);
			return signedResponse(freshRecord(context, due), context);
		},
	});
	return {
		meaning,
		scenario: (seconds, { status }) =>
			/^\d+$/.test(seconds) && ends.every((name) => !status || status[name] !== undefined)
				? after(Number(seconds))
				: undefined,
	};
}
