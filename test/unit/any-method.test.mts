/**
 * A method known only by its name: what the name says, the list to choose from, and a call over a
 * scripted transport.
 */
import type { IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { readAlipayPublicKey } from '../../alipay/application/keys.ts';
import { success } from '../../alipay/errors/fault.ts';
import { inFewWords, secretsIn } from '../../alipay/errors/words.ts';
import { anyMethod, METHODS } from '../../alipay/methods/index.ts';
import { KNOWN_METHODS } from '../../alipay/methods/known.ts';
import { effectOf, opensPage, takesFile } from '../../alipay/methods/names.ts';
import { responseBytesOf } from '../../alipay/methods/method.ts';
import { callAny } from '../../nodes/shared/anyApi.ts';
import { searchMethods } from '../../nodes/shared/form/searchMethods.ts';
import { createOptionsReader } from '../../nodes/shared/parameters.ts';
import { createQuestions } from '../../nodes/shared/questions.ts';
import { app, fault, http, value } from '../support/responses.mts';
import { SIGNED_ANSWERS, SKIPPED, vectorsAbsent } from '../support/vectors.mts';
import { scripted } from '../support/transport.mts';

/** Names from Alipay's SDKs for PHP and Python. */
const READS = `alipay.trade.query alipay.trade.fastpay.refund.query alipay.fund.trans.common.query
	alipay.trade.royalty.relation.batchquery alipay.data.dataservice.bill.downloadurl.query
	alipay.data.bill.downloadurl.get alipay.trade.advance.consult alipay.fund.trans.uni.consult
	alipay.open.app.alipaycert.download alipay.fund.trans.app.consult alipay.marketing.asset.preconsult
	alipay.open.mini.inneraccount.pid.query alipay.user.agreement.query anttech.ai.cv.ua.async.query
	alipay.overseas.travel.shop.syncresult.query alipay.trade.batch.refund.query`.split(/\s+/);

const WRITES = `alipay.trade.pay alipay.trade.create alipay.trade.precreate alipay.trade.refund
	alipay.trade.close alipay.trade.cancel alipay.trade.order.settle alipay.trade.orderinfo.sync
	alipay.fund.trans.uni.transfer alipay.fund.trans.refund alipay.fund.auth.order.unfreeze
	alipay.fund.coupon.order.disburse alipay.system.oauth.token alipay.open.auth.token.app
	alipay.user.info.share alipay.data.bill.ereceipt.apply alipay.trade.royalty.relation.bind
	alipay.security.risk.content.analyze alipay.marketing.voucher.send
	mybank.credit.supplychain.wf.lockaccountsync.query
	mybank.credit.supplychain.wf.settlementnotice.query
	mybank.credit.supplychain.wf.settlementofexchange.query
	alipay.iservice.icontrol.dispatchtoskillgroup.query
	alipay.commerce.sports.virtualprize.user.get alipay.commerce.medical.payment.code.get
	alipay.app.token.get alipay.user.login.code.get`.split(/\s+/);

describe('the name of a method', () => {
	it.each(READS)('%s only reads', (name) => {
		expect(effectOf(name)).toBe('read');
	});

	it.each(WRITES)('%s may move money', (name) => {
		expect(effectOf(name)).toBe('write');
	});

	it.each(['alipay.example.thing.createorquery', 'alipay.example.thing.payandget'])(
		'%s is not known to read',
		(name) => {
			expect(effectOf(name)).toBe('write');
		},
	);

	it('matches what the registry knows about its methods', () => {
		for (const { name, effect } of METHODS) expect(effectOf(name)).toBe(effect);
	});

	it.each(['alipay.open.file.upload', 'alipay.offline.material.image.upload'])(
		'%s needs a file',
		(name) => {
			expect(takesFile(name)).toBe(true);
		},
	);
});

const search = async (filter?: string) => {
	const { results } = await searchMethods.call({} as ILoadOptionsFunctions, filter);
	return results.map((one) => one.value);
};

describe('the list of methods', () => {
	const names = Object.keys(KNOWN_METHODS);

	it('has dozens of methods in order, without those that open a page or need a file', async () => {
		expect(names.length).toBeGreaterThanOrEqual(40);
		expect(await search()).toEqual([...names].sort((a, b) => a.localeCompare(b)));
		expect(names.filter((name) => opensPage(name) || takesFile(name))).toEqual([]);
	});

	it.each(Object.entries(KNOWN_METHODS))('describes %s in English and Chinese', (name, method) => {
		expect(name).toMatch(/^alipay(\.[a-z]+){2,}$/);
		expect(method.what).toMatch(/^[A-Z][A-Za-z ,;()_-]+$/);
		expect(method.aliases).toMatch(/\p{Script=Han}{2}/u);
		if (effectOf(name) === 'read') expect(method).not.toHaveProperty('proof');
	});

	it.each<[filter: string, found: readonly string[]]>([
		['退款', ['alipay.trade.refund', 'alipay.trade.fastpay.refund.query']],
		['转账', ['alipay.fund.trans.uni.transfer', 'alipay.fund.trans.common.query']],
		['对账单', ['alipay.data.dataservice.bill.downloadurl.query']],
		['Refund', ['alipay.trade.refund']],
		['refund  payment', ['alipay.trade.refund']],
		['bill download', ['alipay.data.dataservice.bill.downloadurl.query']],
		['alipay.trade.close', ['alipay.trade.close']],
		['QR code', ['alipay.trade.precreate']],
	])('for %j offers %j', async (filter, found) => {
		expect(await search(filter)).toEqual(expect.arrayContaining([...found]));
	});

	it('shows whether a method reads', async () => {
		const { results } = await searchMethods.call({} as ILoadOptionsFunctions, 'alipay.trade.');
		const labels = results.map(({ name }) => name);
		expect(labels).toContain('alipay.trade.refund (changes): Refund a payment');
		expect(labels).toContain('alipay.trade.query (reads): Query trade');
	});

	it('offers an unlisted name, unless that method opens a page', async () => {
		expect(await search('alipay.boss.fnc.invoice.apply')).toEqual([
			'alipay.boss.fnc.invoice.apply',
		]);
		expect(await search('alipay.trade.page.pay')).toEqual([]);
		expect(await search('no such thing')).toEqual([]);
	});
});

describe('anyMethod', () => {
	it('returns the registry’s method for a name in the registry', () => {
		for (const method of METHODS) expect(anyMethod(method.name)).toBe(method);
	});

	it('knows which existing method looks up the outcome after a lost response', () => {
		expect(anyMethod('alipay.trade.refund').proof).toBe(
			'Refund → Query with the same out_request_no, or out_trade_no if the refund had none',
		);
		expect(anyMethod('alipay.fund.trans.uni.transfer').proof).toBe(
			'Transfer → Query with the same out_biz_no',
		);
		for (const { proof = '' } of Object.values(KNOWN_METHODS)) {
			const [other] = /alipay(?:\.[a-z]+)+/.exec(proof) ?? [];
			if (other) expect(Object.keys(KNOWN_METHODS)).toContain(other);
		}
	});

	it('requires a code unless the method is known to have none, because only the code tells the outcome', () => {
		expect(anyMethod('alipay.system.oauth.token').mayLackCode).toBe(true);
		expect(anyMethod('alipay.example.any.thing').mayLackCode).toBeUndefined();
		expect(anyMethod('alipay.trade.refund').mayLackCode).toBeUndefined();
		expect(anyMethod('constructor').mayLackCode).toBeUndefined();
	});

	it('allows a response of 4 MiB', () => {
		expect(responseBytesOf(anyMethod('alipay.data.bill.accountlog.query'))).toBe(4 * 1024 * 1024);
	});
});

describe('secrets', () => {
	const secrets = secretsIn(
		{
			bizContent: { auth_code: 'secret-1', list: [{ access_token: 'secret-2' }], note: 'open' },
			params: { code: 'a/b+c=d', product_code: 'not secret' },
		},
		{ app_auth_token: 'secret-3' },
	);

	it('are the values of all names that prove an identity, at any depth', () => {
		for (const secret of ['secret-1', 'secret-2', 'a/b+c=d', 'secret-3']) {
			expect(secrets).toContain(secret);
		}
		expect(secrets.join()).not.toMatch(/open|not secret/);
	});

	it.each(['a/b+c=d', 'a%2Fb%2Bc%3Dd'])('are masked when they appear as %s', (written) => {
		const message = `code=${written}&x=1`;
		const refused = { sub_msg: message, msg: null, sub_code: null, message, code: '40002' };
		const words = inFewWords({ ...refused } as Parameters<typeof inFewWords>[0], secrets);
		expect(words.sub_msg).toBe('code=***&x=1');
		expect(words.message).toBe('code=***&x=1');
	});
});

/** Runs Any API → Call for one item, as n8n would, without n8n. */
async function call(parameters: Record<string, unknown>, raw: string, key: string) {
	const context = {
		getNodeParameter: (name: string, _index: number, usual: unknown) => parameters[name] ?? usual,
	} as unknown as IExecuteFunctions;
	const transport = scripted([success(http(raw))], Date.UTC(2026, 8, 1));
	const run = {
		...transport,
		hasRoom: async () => await Promise.resolve(),
		limitedForMs: () => 0,
		stop: transport.end,
		close: () => undefined,
	};
	const alipayPublicKey = value(readAlipayPublicKey(key));
	const questions = createQuestions(success({ ...app(), alipayPublicKey }), run);
	const task = value(callAny(context, createOptionsReader(context)).ofItem(0));
	const { outcome } = await questions.ask(task.question, 0);
	return { fields: task.fieldsOf(outcome), transport };
}

describe.skipIf(vectorsAbsent)(`a signed response over a scripted transport${SKIPPED}`, () => {
	const vectors = SIGNED_ANSWERS.filter(
		({ method, sign_type }) => sign_type === 'RSA2' && !opensPage(method),
	);

	it.each(vectors)('$id', async ({ method, raw, content, public_key, isGenuine }) => {
		const { fields, transport } = await call({ method, bizContent: '{}' }, raw, public_key);
		const { code, msg, ...rest } = JSON.parse(content) as Record<string, unknown>;
		expect(transport.sent).toHaveLength(1);
		if (isGenuine && code === '10000') expect(value(fields)).toEqual(rest);
		else expect(fault(fields).code).toBe(isGenuine ? code : 'answer-signature-mismatch');
		expect(msg).toBeTruthy();
	});
});
