/** Which scenario a number names, and the scenarios whose names have a part to fill in. */
import { gatewayCodeOf } from './errors.mts';
import type { Fields, Fixture } from './fixture.mts';
import { signedResponse } from './response.mts';
import { businessFields, freshRecord, gatewayFailure } from './scenario.mts';
import type { Scenario } from './scenario.mts';
import { SCENARIOS } from './scenarios.mts';

interface Pattern {
	/** One line for people: what happens. */
	meaning: string;
	/** Undefined for a part that does not fit. */
	scenario: (part: string, fixture: Fixture) => Scenario | undefined;
}

/** Scenarios whose names end with a part to fill in. */
export const SCENARIO_PATTERNS: Readonly<Record<string, Pattern>> = {
	'SIM-SUCCESS-AFTER-<seconds>': settling('success', 'SUCCESS'),
	'SIM-CLOSED-AFTER-<seconds>': settling('closed', 'CLOSED'),
	'SIM-CODE-<sub_code>': {
		meaning: 'any sub_code of docs/codes.md, e.g. SIM-CODE-isv.invalid-timestamp',
		scenario: codeScenario,
	},
};

/** The scenario that a request names in any of its numbers, whichever of them count. */
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

/** A sub_code with a dot is the gateway's, unless the fixture has words for it or it is an ACQ one. */
function codeScenario(subCode: string, fixture: Fixture): Scenario | undefined {
	if (gatewayCodeOf(subCode)) return gatewayFailure(subCode);
	const isBusiness = Object.hasOwn(fixture.subMsgs, subCode) || /^(ACQ\.)?[^.]+$/.test(subCode);
	if (!isBusiness) return undefined;
	return {
		meaning: `40004 ${subCode}`,
		respond: (context) => signedResponse(businessFields(fixture, subCode), context),
	};
}

/** The initial status until the time has come. The clock starts with the first request. */
function settling(as: 'success' | 'closed', shown: string): Pattern {
	const meaning = `INIT, then ${shown} that many seconds after the first request with these numbers`;
	const after = (seconds: number): Scenario => ({
		meaning,
		respond(context) {
			const at = context.firstRequestAt + seconds * 1000;
			const status = context.fixture.status?.[as] ?? '';
			return signedResponse(
				freshRecord(context, context.now >= at ? { status, at } : undefined),
				context,
			);
		},
	});
	return {
		meaning,
		scenario: (seconds) => (/^\d+$/.test(seconds) ? after(Number(seconds)) : undefined),
	};
}
