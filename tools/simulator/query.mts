/** Responds to queries about the records of a fixture. */
import type { SimulatorCertificates } from './certificates.mts';
import { gatewayError, OK } from './errors.mts';
import { FAULTS, TURNED_AWAY } from './faults.mts';
import type { FaultName } from './faults.mts';
import type { Fields, Fixture } from './fixture.mts';
import { newPrivateKey } from './keys.mts';
import { outcomeOf, responded, seeded, signedResponse } from './response.mts';
import type { Decision, Delivery, HttpResponse, ResponseContext } from './response.mts';
import { businessFields } from './scenario.mts';
import type { Scenario, ScenarioContext } from './scenario.mts';
import { scenarioOf } from './scenarioPatterns.mts';
import { SCENARIOS } from './scenarios.mts';
import { requestedNumbers, without } from './store.mts';
import type { Found, Numbers, Store } from './store.mts';
import { createWriter } from './write.mts';

export interface QueryOptions {
	certificates: SimulatorCertificates;
	/** 16 bytes, valid for every application. */
	aesKey: Buffer;
	/** 0 to 1. */
	faultRate: number;
	/** The injected faults, in turn. */
	faults: readonly FaultName[];
	/** Queries per second. Infinity: no limit. */
	rateLimit: number;
	/** ms since the epoch. */
	now: () => number;
}

/** What a handler knows about a request, besides its parameters. */
export type RequestContext = ResponseContext & Pick<ScenarioContext, 'canonical'>;

export type Handler = (request: Fields, context: RequestContext) => Decision;

interface Method {
	fixture: Fixture;
	store: Store;
	generatedResponse: GeneratedResponse;
}

/** Returns a function that creates the handler of a method. All handlers share the rate limit and the faults. */
export function createQueries(options: QueryOptions) {
	const { faultRate, faults, now } = options;
	const isOverLimit = callCounter(options.rateLimit, now);
	const play = createPlayer(options);
	let faultsSoFar = 0;

	return ({ fixture, store, generatedResponse }: Method): Handler => {
		const { carryOut, pretend } = createWriter(fixture, now);
		return (request, context) => {
			const requested = requestedNumbers(fixture, request);
			if (!requested) return responded(businessFields(fixture, fixture.codes.invalid, {}), context);
			const { counted, given } = requested;
			const numbers = Object.values(counted).join('/');
			const fieldsOf = responseFields(fixture, given);

			if (isOverLimit())
				return responded(gatewayError('isv.app-call-limited'), context, { numbers });
			const other = () => fieldsOf(pretend(store.first(), request));
			const named = scenarioOf(fixture, request);
			if (named) {
				const success = fieldsOf(pretend({ ...store.first(), ...given }, request));
				const scene = { fixture, ...requested, other: other(), success };
				const delivery = play(named, scene, context);
				return { delivery, numbers, outcome: named.name };
			}

			const found = store.find(counted);
			const hasFault = seeded(context.requestNumber) < faultRate;
			const fault = hasFault ? faults[faultsSoFar++ % faults.length] : undefined;
			const responseOf = (one: Found) =>
				fault && TURNED_AWAY.includes(fault)
					? pretend(one.fields, request)
					: carryOut(one, request);
			const fields = fieldsOf(isFound(found) ? responseOf(found) : found);
			if (fault) {
				const success = isFound(found) ? fields : other();
				const scene = { fixture, ...requested, other: other(), success };
				const delivery = play({ name: fault, scenario: SCENARIOS[FAULTS[fault]] }, scene, context);
				return { delivery, numbers, outcome: `fault ${fault}` };
			}
			const status = fixture.status && fields[fixture.status.field];
			if (!isFound(found) || found.generated === undefined)
				return responded(fields, context, { numbers, status });
			const delivery = generatedResponse(found, context);
			return { delivery, numbers, outcome: outcomeOf(fields, status) };
		};
	};
}

const isFound = (found: ReturnType<Store['find']>): found is Found =>
	found !== null && typeof found !== 'string';

/** The fields of a response, from its own fields, a code, or null for an empty success. */
function responseFields(fixture: Fixture, given: Numbers) {
	const ok = fixture.withoutBizContent ? {} : OK;
	return (response: Fields | string | null): Fields =>
		typeof response === 'string'
			? businessFields(fixture, response, given)
			: { ...ok, ...response };
}

/** The input of a scenario. */
interface Scene extends Pick<ScenarioContext, 'fixture' | 'given' | 'success' | 'other'> {
	counted: Numbers;
}

/** Plays scenarios. Remembers how often the numbers of each scenario were requested, and since when. */
function createPlayer({ certificates, aesKey, now }: QueryOptions) {
	const played = new Map<string, Pick<ScenarioContext, 'attempt' | 'firstRequestAt'>>();
	let foreignKey: ReturnType<typeof newPrivateKey> | undefined;

	return (
		{ name, scenario }: { name: string; scenario: Scenario },
		{ counted, ...scene }: Scene,
		context: RequestContext,
	): Delivery => {
		const key = JSON.stringify([scene.fixture.method, name, counted]);
		const before = played.get(key) ?? { attempt: 0, firstRequestAt: now() };
		const history = { ...before, attempt: before.attempt + 1 };
		played.set(key, history);
		return scenario.respond({
			...context,
			...scene,
			...history,
			now: now(),
			foreignKey: () => (foreignKey ??= newPrivateKey()),
			strange: certificates.strange,
			aesKey,
		});
	};
}

/** The response about a generated record. */
type GeneratedResponse = (found: Found, context: ResponseContext) => HttpResponse;

/**
 * Signs the responses about the first `count` generated records in advance, for the usual kind of request.
 * So a load test measures its client and not the simulator.
 */
export function signAhead(
	{ generated, unsent }: Fixture,
	count: number,
	usual: ResponseContext,
): GeneratedResponse {
	// The order of the fields depends on the record, so its response stays the same.
	const sign = (number: number, fields: Fields, context: ResponseContext) =>
		signedResponse({ ...OK, ...fields }, { ...context, requestNumber: number });
	const ready = Array.from({ length: generated ? count : 0 }, (_, index) =>
		sign(index + 1, without(unsent, generated?.record(index + 1) ?? {}), usual),
	);
	const isUsual = (context: ResponseContext) =>
		(['signType', 'alipayKey', 'certSn', 'charset', 'encryptKey'] as const).every(
			(name) => context[name] === usual[name],
		);
	return ({ fields, generated: number = 0, isSettled }, context) => {
		const ahead = !isSettled && isUsual(context) ? ready[number - 1] : undefined;
		return ahead ?? sign(number, fields, context);
	};
}

/** Counts the calls in each second of the clock. */
function callCounter(limit: number, now: () => number): () => boolean {
	let second = 0;
	let calls = 0;
	return () => {
		const current = Math.floor(now() / 1000);
		if (current !== second) [second, calls] = [current, 0];
		return ++calls > limit;
	};
}
