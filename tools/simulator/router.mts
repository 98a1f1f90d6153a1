/** Decides the response to a request. Does not depend on an HTTP server. */
import type { SimulatorCertificates } from './certificates.mts';
import { createDownload, DOWNLOAD_METHOD } from './download.mts';
import { decode } from './encoding.mts';
import { gatewayError } from './errors.mts';
import type { Fields, Fixture } from './fixture.mts';
import type { SimulatorKeys } from './keys.mts';
import { createQueries, signAhead } from './query.mts';
import type { Handler, QueryOptions, RequestContext } from './query.mts';
import { bizContent, bizText, isEncrypted, refusal, responseSignType } from './request.mts';
import type { Application, IncomingParams } from './request.mts';
import { ERROR_NODE, nodeOf, outcomeOf, responded, unsignedResponse } from './response.mts';
import type { Decision } from './response.mts';
import { openStore } from './store.mts';
import type { Store } from './store.mts';

interface RouterOptions extends QueryOptions {
	/** By method. */
	fixtures: ReadonlyMap<string, Fixture>;
	/** The method whose generated records are signed in advance. */
	defaultMethod: string;
	/** How many responses about its generated records are signed in advance. */
	signedAhead: number;
	/** By app_id. */
	applications: ReadonlyMap<string | undefined, Application>;
	keys: SimulatorKeys;
	certificates: SimulatorCertificates;
	timestampWindowMinutes: number;
	/** The methods for which no application has permission. */
	without: ReadonlySet<string>;
}

export interface Router {
	/** `number` is the number of the request: 1, 2, 3… since the start. */
	decide: (request: IncomingParams, number: number) => Decision;
	/** The current state of the record with these numbers. Throws an Error if it does not exist. */
	record: (method: string, numbers: Fields) => Fields;
	/** See `Simulator.settle`. */
	settle: (method: string, numbers: Fields, status: string) => void;
}

/** Creates a router. Records that change by themselves count their seconds from this moment. */
export function createRouter(options: RouterOptions): Router {
	const { applications, keys, certificates, aesKey, now } = options;
	const { timestampWindowMinutes, without } = options;
	const stores = new Map(
		[...options.fixtures].map(([method, fixture]) => [method, openStore(fixture, now)]),
	);
	const handlers = createHandlers(options, stores);

	function storeOf(method: string): Store {
		const store = stores.get(method);
		if (!store) throw new Error(`The simulator does not know the method ${method}`);
		return store;
	}

	function decide(request: IncomingParams, number: number): Decision {
		const { params } = request.texts;
		const application = applications.get(params.app_id);
		const handler = handlers.get(params.method ?? '');
		const { withoutBizContent } = options.fixtures.get(params.method ?? '') ?? {};
		const clear: RequestContext = {
			node: handler ? nodeOf(params.method ?? '') : ERROR_NODE,
			errorNode: withoutBizContent && ERROR_NODE,
			requestNumber: number,
			signType: responseSignType(params),
			alipayKey: keys.alipay.privateKey,
			certSn: application?.requestSns && certificates.alipay.sn,
			charset: request.charset,
			canonical: decode(request.canonical, request.charset),
		};
		const refused = refusal(request, {
			application,
			now: now(),
			timestampWindowMinutes,
			isKnownMethod: (method) => handlers.has(method),
			isPermitted: (method) => !without.has(method),
		});
		if (refused && application) return responded(refused, clear);
		// The gateway does not have a key for an unknown app, so it does not sign.
		if (refused || !handler) return unsigned(refused ?? gatewayError('isv.invalid-method'), clear);
		if (withoutBizContent) return handler(params, clear);

		const text = bizText(request, aesKey);
		if (text === undefined) return responded(gatewayError('isv.decryption-error-unknown'), clear);
		// From here on, both sides know the key.
		const context = isEncrypted(params) ? { ...clear, encryptKey: aesKey } : clear;
		const biz = bizContent(text);
		return biz ? handler(biz, context) : responded(gatewayError('isv.illegal-json'), context);
	}

	return {
		decide,
		record: (method, numbers) => storeOf(method).record(numbers),
		settle: (method, numbers, status) => storeOf(method).settle(numbers, status),
	};
}

/** The handler of each method that the gateway knows. */
function createHandlers(
	options: RouterOptions,
	stores: ReadonlyMap<string, Store>,
): ReadonlyMap<string, Handler> {
	const { fixtures, defaultMethod, signedAhead, keys, certificates } = options;
	const handlerOf = createQueries(options);
	const handlers = new Map([[DOWNLOAD_METHOD, createDownload(certificates)]]);
	for (const [method, fixture] of fixtures) {
		const generatedResponse = signAhead(fixture, method === defaultMethod ? signedAhead : 0, {
			node: nodeOf(method),
			requestNumber: 0,
			signType: 'RSA2',
			alipayKey: keys.alipay.privateKey,
			charset: 'utf-8',
		});
		const store = stores.get(method) as Store;
		handlers.set(method, handlerOf({ fixture, store, generatedResponse }));
	}
	return handlers;
}

function unsigned(fields: Fields, context: RequestContext): Decision {
	return { delivery: unsignedResponse(fields, context), numbers: '', outcome: outcomeOf(fields) };
}
