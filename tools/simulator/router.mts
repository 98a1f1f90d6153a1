/** Decides what a request gets, without knowing of HTTP servers. */
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
	/** The method whose generated records are signed ahead. */
	defaultMethod: string;
	/** How many responses about its generated records are signed before the first request. */
	signedAhead: number;
	/** By app_id. */
	applications: ReadonlyMap<string | undefined, Application>;
	keys: SimulatorKeys;
	certificates: SimulatorCertificates;
	timestampWindowMinutes: number;
}

export interface Router {
	/** `number` is the request's, 1, 2, 3… since the start. */
	decide: (request: IncomingParams, number: number) => Decision;
	/** See `Simulator.settle`. */
	settle: (method: string, numbers: Fields, status: string) => void;
}

/** Creates a router; the records that settle by themselves count their seconds from this moment. */
export function createRouter(options: RouterOptions): Router {
	const { applications, keys, certificates, aesKey, now, timestampWindowMinutes } = options;
	const stores = new Map(
		[...options.fixtures].map(([method, fixture]) => [method, openStore(fixture, now)]),
	);
	const handlers = createHandlers(options, stores);

	function decide(request: IncomingParams, number: number): Decision {
		const { params } = request.texts;
		const application = applications.get(params.app_id);
		const handler = handlers.get(params.method ?? '');
		const clear: RequestContext = {
			node: handler ? nodeOf(params.method ?? '') : ERROR_NODE,
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
		});
		if (refused && application) return responded(refused, clear);
		// For an app that it does not know the gateway has no key to sign with.
		if (refused || !handler) return unsigned(refused ?? gatewayError('isv.invalid-method'), clear);

		const text = bizText(request, aesKey);
		if (text === undefined) return responded(gatewayError('isv.decryption-error-unknown'), clear);
		// From here on both sides know the key.
		const context = isEncrypted(params) ? { ...clear, encryptKey: aesKey } : clear;
		const biz = bizContent(text);
		return biz ? handler(biz, context) : responded(gatewayError('isv.illegal-json'), context);
	}

	return {
		decide,
		settle(method, numbers, status) {
			const store = stores.get(method);
			if (!store) throw new Error(`The simulator does not know the method ${method}`);
			store.settle(numbers, status);
		},
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
