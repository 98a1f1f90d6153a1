/**
 * Responses that Alipay really signed, through Any API → Call and through Trade → Query, on n8n's
 * own engine.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../../tools/simulator/gateway.mts';
import { startVectorGateway, type VectorGateway } from '../support/vectorGateway.mts';
import { SIGNED_ANSWERS, SKIPPED, vectorsAbsent, type SignedAnswer } from '../support/vectors.mts';
import { callItems } from './call.mts';
import { failureOf, queryItems, simulate, wholeText } from './query.mts';

let simulator: Simulator;
let gateway: VectorGateway;
beforeAll(async () => {
	simulator = await simulate();
	gateway = await startVectorGateway();
});
afterAll(() => gateway.close());

/** The gateway returns the vector; the credential has the matching key. */
function responding({ raw, public_key, sign_type }: SignedAnswer) {
	gateway.raw = raw;
	gateway.requests = 0;
	return { gatewayUrl: gateway.url, alipayPublicKey: public_key, signType: sign_type };
}

const call = async (vector: SignedAnswer) =>
	await callItems(simulator, vector.method, '{}', {
		credential: responding(vector),
		options: { includeGatewayDetails: true, maxTries: 3 },
		onError: 'continueErrorOutput',
	});

const contentOf = ({ content }: SignedAnswer) => JSON.parse(content) as Record<string, unknown>;
const isSuccess = (vector: SignedAnswer) => contentOf(vector).code === '10000';
/**
 * Alipay returns this response to the payer's app, not to a server, so the node cannot request it.
 */
const ofApp = ({ method }: SignedAnswer) => method === 'alipay.trade.app.pay';

const genuine = SIGNED_ANSWERS.filter((vector) => vector.isGenuine && !ofApp(vector));

describe.skipIf(vectorsAbsent)(`a response that Alipay signed${SKIPPED}`, () => {
	it.each(genuine.filter(isSuccess))('$id leaves Any API as it is', async (vector) => {
		const { good, failed } = await call(vector);
		const { code, msg, ...fields } = contentOf(vector);
		expect(failed).toEqual([]);
		expect(good).toEqual([
			{ ...fields, gateway: expect.objectContaining({ code, msg, signature_verified: true }) },
		]);
		expect(Object.keys(good[0] ?? {})).toEqual([...Object.keys(fields), 'gateway']);
	});

	it.each(genuine.filter((vector) => !isSuccess(vector)))(
		'$id is a refusal without amounts',
		async (vector) => {
			const { good, failed } = await call(vector);
			expect(good).toEqual([]);
			const { code, sub_code } = contentOf(vector);
			expect(failed).toMatchObject([{ details: { code, sub_code } }]);
			expect(JSON.stringify(failed)).not.toMatch(/amount|"0\.00"/);
			expect(gateway.requests).toBe(1);
		},
	);

	it.each(SIGNED_ANSWERS.filter(({ isGenuine }) => !isGenuine))(
		'$id is refused',
		async (vector) => {
			const { good, failed } = await call(vector);
			expect(good).toEqual([]);
			expect(failed).toMatchObject([{ details: { code: 'answer-signature-mismatch' } }]);
		},
	);

	it.each(SIGNED_ANSWERS.filter(ofApp))(
		'$id belongs to a method that the node does not request',
		async (vector) => {
			const { failed } = await call(vector);
			expect(failed[0]?.error).toMatch(/^alipay\.trade\.app\.pay opens a page/);
			expect(gateway.requests).toBe(0);
		},
	);

	it.each(genuine.filter(isSuccess))('$id with another key is refused', async (vector) => {
		const other = SIGNED_ANSWERS.find(({ public_key }) => public_key !== vector.public_key);
		const { good } = await call({ ...vector, public_key: other?.public_key ?? '' });
		expect(good).toEqual([]);
	});
});

const NOT_EXIST = SIGNED_ANSWERS.filter(({ id }) => id === 'yansongda-old-trade_query-not-exist');
const MODES = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;

describe.skipIf(vectorsAbsent)(`ACQ.TRADE_NOT_EXIST with zero amounts${SKIPPED}`, () => {
	const cases = NOT_EXIST.flatMap((vector) =>
		MODES.flatMap((onError) =>
			['error', 'item'].map((notFound) => ({ vector, onError, notFound })),
		),
	);
	const query = async ({ vector, onError, notFound }: (typeof cases)[number], simplify: boolean) =>
		await queryItems(simulator, [{ out_trade_no: '1622819957' }], {
			credential: responding(vector),
			onError,
			parameters: {
				resource: 'trade',
				operation: 'query',
				identifyBy: 'columns',
				simplify,
				options: { notFound, includeGatewayDetails: true, includeInputFields: true },
			},
		});

	it.each(cases)('is not found with $onError, If Not Found $notFound', async (one) => {
		for (const simplify of [true, false]) {
			const output = await query(one, simplify);
			expect(wholeText(output)).not.toMatch(/"0\.00|"[a-z_]*amount":(?!null)/);
			if (one.notFound === 'item') {
				expect(output.good).toMatchObject([
					{ found: false, out_trade_no: '1622819957', total_amount: null, receipt_amount: null },
				]);
				continue;
			}
			const [item] = [...output.failed, ...output.good];
			const error = output.error ? failureOf(output).message : item?.error;
			expect(error).toMatch(/^Not found: Alipay has no record of this trade/);
			expect(JSON.stringify(item ?? {})).not.toContain('amount');
		}
	});
});
