/** The trigger events other than that of red packets, with records of the simulator to watch. */
import { DEPOSITS } from '../../tools/simulator/fixtures/fundAuthorization.mts';
import { TRADES } from '../../tools/simulator/fixtures/trade.mts';
import { TRANSFERS } from '../../tools/simulator/fixtures/transfer.mts';

export interface Event {
	event: string;
	method: string;
	/** The field that contains the status. */
	field: string;
	/** Numbers of a record that is open and stays open until the test changes it. */
	open: Record<string, string>;
	/** Its next statuses, in order. */
	path: readonly string[];
	/** Numbers of a record that is already final, and its status. */
	final: Record<string, string>;
	finalStatus: string;
	unknown: Record<string, string>;
	notFound: string;
	/** Numbers that select a scenario. */
	scenario: (name: string, another?: string) => Record<string, string>;
}

const pick = (record: object | undefined, ...names: string[]) =>
	Object.fromEntries(
		names.map((name) => [name, String((record as Record<string, string> | undefined)?.[name])]),
	);

const BY_OWN_NUMBER = ['out_biz_no', 'product_code', 'biz_scene'];
const PACKET = { product_code: 'STD_RED_PACKET', biz_scene: 'DIRECT_TRANSFER' };

export const EVENTS: readonly Event[] = [
	{
		event: 'fundAuthorizationStatus',
		method: 'alipay.fund.auth.operation.detail.query',
		field: 'status',
		open: pick(
			DEPOSITS.find(
				({ status, operation_type }) => status === 'INIT' && operation_type === 'FREEZE',
			),
			'auth_no',
			'operation_id',
		),
		path: ['CLOSED'],
		final: pick(
			DEPOSITS.find(({ status }) => status === 'CLOSED'),
			'out_order_no',
			'out_request_no',
		),
		finalStatus: 'CLOSED',
		unknown: { out_order_no: 'D-unknown', out_request_no: 'DR-unknown' },
		notFound: 'AUTH_ORDER_NOT_EXIST',
		scenario: (out_request_no, out_order_no = 'any order') => ({ out_order_no, out_request_no }),
	},
	{
		event: 'transferStatus',
		method: 'alipay.fund.trans.common.query',
		field: 'status',
		open: pick(
			TRANSFERS.find(({ status }) => status === 'DEALING'),
			...BY_OWN_NUMBER,
		),
		path: ['SUCCESS', 'REFUND'],
		final: pick(
			TRANSFERS.find(({ status }) => status === 'REFUND'),
			'order_id',
		),
		finalStatus: 'REFUND',
		unknown: { out_biz_no: 'B-unknown', ...PACKET },
		notFound: 'ORDER_NOT_EXIST',
		scenario: (out_biz_no, biz_scene = PACKET.biz_scene) => ({ out_biz_no, ...PACKET, biz_scene }),
	},
	{
		event: 'tradeStatus',
		method: 'alipay.trade.query',
		field: 'trade_status',
		open: pick(
			TRADES.find(({ trade_status }) => trade_status === 'WAIT_BUYER_PAY'),
			'out_trade_no',
		),
		path: ['TRADE_SUCCESS', 'TRADE_CLOSED'],
		final: pick(
			TRADES.find(({ trade_status }) => trade_status === 'TRADE_FINISHED'),
			'trade_no',
		),
		finalStatus: 'TRADE_FINISHED',
		unknown: { out_trade_no: 'T-unknown' },
		notFound: 'ACQ.TRADE_NOT_EXIST',
		scenario: (out_trade_no) => ({ out_trade_no }),
	},
];

/** The numbers that Alipay repeats. It does not repeat the words that go with them. */
export function numbersIn({
	product_code: _code,
	biz_scene: _scene,
	...numbers
}: Record<string, string>) {
	return numbers;
}
