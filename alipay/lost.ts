/** Messages for a method that may move money, if its result is unknown. */
import { BUSINESS_FAILED, GATEWAY_CODES } from './errors/explain';
import { failure, type Fault, type Outcome } from './errors/fault';
import type { Answer } from './message/response';
import type { Method } from './methods/method';

/** Unless Alipay certainly refused a `write`, it may have been carried out. */
export const withDoubt = (method: Method, outcome: Outcome<Answer>): Outcome<Answer> =>
	outcome.ok ? outcome : failure(doubtful(method, outcome.fault));

/** The fault of a sent method. If the result is uncertain, it says so. */
export function doubtful(method: Method, fault: Fault): Fault {
	if (method.effect === 'read' || isCertain(fault)) return fault;
	return {
		...fault,
		retryable: false,
		isUncertain: true,
		message: `${fault.message}. Alipay may have carried out ${method.name}`,
		solution: [
			`The node sent it once and does not retry it. Before you send it again, check whether Alipay carried it out: ${whereToLook(method)}.`,
			SAME_NUMBER,
			isAdviceSafe(fault) ? fault.solution : '',
		]
			.filter(Boolean)
			.join(' '),
	};
}

const whereToLook = ({ proof }: Method): string =>
	proof
		? `use ${proof}, or look in the Alipay console`
		: 'look in the Alipay console, or use Alipay’s query for it';

const SAME_NUMBER =
	'If you send it again, use the same number (out_trade_no, out_request_no, out_biz_no). Alipay recognizes the number and does not carry out the request twice. A new number is a new order.';

/** Whether the solution does not tell the reader to send the request again. */
const isAdviceSafe = ({ retryable, cause }: Fault): boolean =>
	!retryable && cause !== 'temporarily-unavailable';

/** Whether Alipay has certainly done nothing: it never received the request, or it refused it. */
function isCertain(fault: Fault): boolean {
	if (fault.isUnsent === true) return true;
	if (!fault.signature_verified || fault.cause === 'temporarily-unavailable') return false;
	return fault.code === BUSINESS_FAILED
		? isRefused(fault.sub_code ?? '')
		: Object.hasOwn(GATEWAY_CODES, fault.code);
}

/** Business codes that say for certain that nothing was done: `ACQ.TRADE_NOT_EXIST`, `PAYEE_NOT_EXIST`. */
const REFUSED =
	/NOT_EXISTS?$|NOT_FOUND|INVALID|ILLEGAL|NOT_ENOUGH|NOT_ALLOW|NO_(?:\w+_)?(?:PERMISSION|PRIVILEGE|RIGHT)|PERMISSION_DENIED|FORBB?IDD?EN|FORBID|NOT_MATCH|NOT_EQUAL|MISMATCH|EXCEED|LIMIT|DISCORDANT|STATUS_ERROR|PARAM|NOT_SUPPORT|EXPIRED|REJECT|LACK|BLANK|NULL/;

/** Codes that match `REFUSED` but leave the result open: `ACQ.SYSTEM_ERROR`, `REQUEST_PROCESSING`, `ORDER_ALREADY_EXIST`. */
const UNDECIDED =
	/SYSTEM|UNKNOW|PROCESS|PENDING|DEALING|WAIT|TIME_?OUT|BUSY|OPERATING|MUTEX|CONCURREN|RETRY|INVOKE|NETWORK|INTERNAL|SERVER|ABNORMAL|UNAVAILABLE|REPEAT_REQUEST|HAS_|ALREADY/;

const isRefused = (subCode: string): boolean =>
	/DISCORDANT/.test(subCode) || (REFUSED.test(subCode) && !UNDECIDED.test(subCode));
