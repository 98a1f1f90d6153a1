/**
 * The codes of the gateway, and the fields of a response with an error. Codes and `msg`: opendocs
 * common/02km9f. The business codes of a method are in its fixture.
 */
import { CATALOGUE } from '../../alipay/errors/gatewayCodes.ts';

/** The code of business errors, which come from a method. All other codes come from the gateway. */
const BUSINESS_CODE = '40004';

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

/** Alipay's texts, which the operator sees as sub_msg. Without a text here, sub_msg is the sub_code. */
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
	'isv.code-invalid': '授权码code无效',
	'isv.decryption-error-unknown': '解密出错, 未知异常',
	'isv.illegal-json': 'JSON格式错误',
	'isv.app-call-limited': '应用调用次数超限',
	'isv.insufficient-isv-permissions': 'ISV权限不足',
} as const;

export type SubCode = keyof typeof SUB_MSGS;

/** The first two fields of a successful response. */
export const OK = { code: '10000', msg: 'Success' };

/** The four fields of an error node. */
export interface ErrorFields extends Record<string, string> {
	code: string;
	msg: string;
	sub_code: string;
	sub_msg: string;
}

/** The fields of a business error of a method. */
export function businessError(subCode: string, subMsg: string): ErrorFields {
	return { code: BUSINESS_CODE, msg: MSGS[BUSINESS_CODE], sub_code: subCode, sub_msg: subMsg };
}

/**
 * The fields of an error of the gateway. `detail` is appended to the usual `sub_msg`. Throws an Error for a
 * sub_code that is not in the catalog.
 */
export function gatewayError(subCode: string, detail = ''): ErrorFields {
	const code = gatewayCodeOf(subCode);
	if (code === undefined) throw new Error(`The catalog does not contain ${subCode}`);
	const text = Object.hasOwn(SUB_MSGS, subCode) ? SUB_MSGS[subCode as SubCode] : subCode;
	return { code, msg: MSGS[code as keyof typeof MSGS], sub_code: subCode, sub_msg: text + detail };
}

/** The code of a sub_code of the gateway; undefined for any other sub_code. */
export function gatewayCodeOf(subCode: string): string | undefined {
	const groups = Object.entries(CATALOGUE).filter(([code]) => code !== BUSINESS_CODE);
	return groups.find(([, { subCodes }]) => Object.hasOwn(subCodes, subCode))?.[0];
}

/**
 * The end of a real `isv.invalid-signature`: the string that the gateway verified, with HTML entities, as in
 * two real signed responses.
 */
export function canonicalHint(canonical: string): string {
	const escaped = canonical.replace(/[&"<>]/g, (sign) => ENTITIES[sign] ?? sign);
	return `，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：${escaped}`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

/** The real hint for a request without a charset in the URL query (yansongda/pay#247). */
export const CHARSET_HINT =
	', 请确认charset参数放在了URL查询字符串中且各参数值使用charset参数指示的字符集编码';
