/**
 * Everything the gateway can complain about. Codes and `msg`: opendocs common/02km9f; the five business
 * codes and their Chinese text: API reference, table 错误码.
 */
import { CATALOGUE } from '../../alipay/errors/gatewayCodes.ts';

/** By gateway code. */
const MSGS = {
	'20000': 'Service Currently Unavailable',
	'20001': 'Insufficient Token Permissions',
	'40001': 'Missing Required Arguments',
	'40002': 'Invalid Arguments',
	'40003': 'Insufficient Conditions',
	'40004': 'Business Failed',
	'40005': 'Call Limited',
	'40006': 'Insufficient Permissions',
} as const;

/** Alipay's words, which reach the operator as sub_msg. A code without any here repeats itself. */
const SUB_MSGS = {
	'isp.unknow-error': '系统繁忙',
	'aop.unknow-error': '系统繁忙',
	'aop.invalid-auth-token': '无效的访问令牌',
	'isv.missing-method': '缺少方法名参数',
	'isv.missing-app-id': '缺少appId参数',
	'isv.missing-signature': '缺少签名参数',
	'isv.missing-signature-type': '缺少签名类型参数',
	'isv.missing-timestamp': '缺少时间戳参数',
	'isv.missing-version': '缺少版本参数',
	'isv.missing-app-cert-sn': '缺少应用公钥证书序列号参数',
	'isv.missing-alipay-root-cert-sn': '缺少支付宝根证书序列号参数',
	'isv.invalid-app-id': '无效的AppID参数',
	'isv.app-cert-not-exist': '应用公钥证书不存在',
	'isv.invalid-alipay-root-cert-sn': '支付宝根证书序列号错误',
	'isv.invalid-method': '不存在的方法名',
	'isv.invalid-parameter': '参数无效',
	'isv.invalid-charset': '字符集错误',
	'isv.invalid-format': '无效的数据格式',
	'isv.invalid-signature-type': '无效的签名类型',
	'isv.invalid-timestamp': '非法的时间戳参数',
	'isv.invalid-signature': '验签出错',
	'isv.invalid-encrypt-type': '无效的加密类型',
	'isv.decryption-error-unknown': '解密出错, 未知异常',
	'isv.illegal-json': 'JSON格式错误',
	ILLEGAL_ARGUMENT: '参数有误',
	AUTH_ORDER_NOT_EXIST: '支付宝资金授权订单不存在',
	AUTH_OPERATION_NOT_EXIST: '支付宝资金操作流水不存在',
	SYSTEM_ERROR: '系统繁忙',
	ACCESS_FORBIDDEN: '商户无权查看该笔订单信息',
	ALIPAY_CERT_NOT_EXIST: '支付宝公钥证书不存在',
	RED_PACKET_ARCHIVED: '红包明细已归档',
	'isv.app-call-limited': '应用调用次数超限',
	'isv.insufficient-isv-permissions': 'ISV权限不足',
} as const;

export type SubCode = keyof typeof SUB_MSGS;

/** The first two fields of the node of a success. */
export const OK = { code: '10000', msg: 'Success' };

/**
 * The four fields of an error node; `detail` is appended to the standing `sub_msg`. Which gateway code
 * a sub_code belongs to is read from the catalogue; one that it does not list is a business code.
 */
export function errorFields(subCode: string, detail = ''): Record<string, string> {
	const code = gatewayCodeOf(subCode) ?? '40004';
	const text = Object.hasOwn(SUB_MSGS, subCode) ? SUB_MSGS[subCode as SubCode] : subCode;
	return { code, msg: MSGS[code as keyof typeof MSGS], sub_code: subCode, sub_msg: text + detail };
}

/** The gateway code under which a sub_code comes; undefined for one that the catalogue does not list. */
export function gatewayCodeOf(subCode: string): string | undefined {
	const groups = Object.entries(CATALOGUE);
	return groups.find(([, { subCodes }]) => Object.hasOwn(subCodes, subCode))?.[0];
}

/**
 * The tail of a real `isv.invalid-signature`: the string the gateway verified against, with HTML
 * entities in it, as seen in two real signed answers.
 */
export function canonicalHint(canonical: string): string {
	const escaped = canonical.replace(/[&"<>]/g, (sign) => ENTITIES[sign] ?? sign);
	return `，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：${escaped}`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

/** The real hint for a request whose charset is missing from the URL query (yansongda/pay#247). */
export const CHARSET_HINT =
	', 请确认charset参数放在了URL查询字符串中且各参数值使用charset参数指示的字符集编码';
