/** Responds to queries about the records of a fixture. */
import type { SimulatorCertificates } from './certificates.mts';
import { gatewayError, OK } from './errors.mts';
import { FAULTS } from './faults.mts';
import type { FaultName } from './faults.mts';
import type { Fields, Fixture } from './fixture.mts';
import { newPrivateKey } from './keys.mts';
import { outcomeOf, responded, seeded, signedResponse } from './response.mts';
import type { Decision, Delivery, HttpResponse, ResponseContext } from './response.mts';
import { businessFields } from './scenario.mts';
import type { Scenario, ScenarioContext } from './scenario.mts';
import { scenarioOf } from './scenarioPatterns.mts';
import { SCENARIOS } from './scenarios.mts';
import { requestedNumbers } from './store.mts';
import type { Found, Numbers, RequestedNumbers, Store } from './store.mts';

export interface QueryOptions {
	certificates: SimulatorCertificates;
	/** 16 bytes; good for every application. */
	aesKey: Buffer;
	/** 0 to 1. */
	faultRate: number;
	/** What `faultRate` brings, in turn. */
	faults: readonly FaultName[];
	/** Queries a second; Infinity for no limit. */
	callLimit: number;
	/** ms since the epoch. */
	now: () => number;
}

/** What a handler knows of a request, besides its biz_content. */
export type RequestContext = ResponseContext & Pick<ScenarioContext, 'canonical'>;

export type Handler = (biz: Fields, context: RequestContext) => Decision;

interface Method {
	fixture: Fixture;
	store: Store;
	generatedResponse: GeneratedResponse;
}

/** Makes the handler of each method. They share the call limit and the turn of the faults. */
export function createQueries(options: QueryOptions) {
	const { faultRate, faults, now } = options;
	const isOverLimit = callCounter(options.callLimit, now);
	const play = createPlayer(options);
	let faultsSoFar = 0;

	return ({ fixture, store, generatedResponse }: Method): Handler =>
		(biz, context) => {
			const requested = requestedNumbers(fixture, biz);
			if (!requested) return responded(businessFields(fixture, fixture.codes.invalid), context);
			const { counted, given } = requested;
			const numbers = Object.values(counted).join('/');

			if (isOverLimit())
				return responded(gatewayError('isv.app-call-limited'), context, { numbers });
			const named = scenarioOf(fixture, biz);
			if (named) {
				const other = { ...OK, ...store.first() };
				const success = { ...other, ...given };
				const scene = { fixture, counted, other, success };
				const delivery = play(named, scene, context);
				return { delivery, numbers, outcome: named.name };
			}

			const found = store.find(counted);
			const fields = fieldsOf(fixture, found, requested);
			if (seeded(context.requestNumber) < faultRate) {
				const fault = faults[faultsSoFar++ % faults.length] as FaultName;
				const other = { ...OK, ...store.first() };
				const scene = { fixture, counted, other, success: isFound(found) ? fields : other };
				const delivery = play({ name: fault, scenario: SCENARIOS[FAULTS[fault]] }, scene, context);
				return { delivery, numbers, outcome: `fault ${fault}` };
			}
			const status = fixture.status && fields[fixture.status.field];
			if (!isFound(found) || found.generated === undefined)
				return responded(fields, context, { numbers, status });
			const delivery = generatedResponse(found, context);
			return { delivery, numbers, outcome: outcomeOf(fields, status) };
		};
}

const isFound = (found: ReturnType<Store['find']>): found is Found =>
	found !== null && typeof found !== 'string';

function fieldsOf(
	fixture: Fixture,
	found: ReturnType<Store['find']>,
	{ given }: RequestedNumbers,
): Fields {
	if (found === null) return { ...OK, ...given };
	if (typeof found !== 'string') return { ...OK, ...found.fields };
	return { ...businessFields(fixture, found), ...fixture.notFoundFields };
}

/** What a scenario is played with. */
interface Scene extends Pick<ScenarioContext, 'fixture' | 'success' | 'other'> {
	counted: Numbers;
}

/** Plays scenarios, and remembers how often and since when the numbers of each were requested. */
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
 * Signs the responses about the first `count` generated records at once, for the usual kind of
 * request, so that a load test measures its client and not the simulator.
 */
export function signAhead(
	{ generated }: Fixture,
	count: number,
	usual: ResponseContext,
): GeneratedResponse {
	// The order of the fields follows the record, so that its response stays the same.
	const sign = (number: number, fields: Fields, context: ResponseContext) =>
		signedResponse({ ...OK, ...fields }, { ...context, requestNumber: number });
	const ready = Array.from({ length: generated ? count : 0 }, (_, index) =>
		sign(index + 1, generated?.record(index + 1) ?? {}, usual),
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

/** Counts calls by the second of the clock, as a limit per second does. */
function callCounter(limit: number, now: () => number): () => boolean {
	let second = 0;
	let calls = 0;
	return () => {
		const current = Math.floor(now() / 1000);
		if (current !== second) [second, calls] = [current, 0];
		return ++calls > limit;
	};
}
