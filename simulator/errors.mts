/**
 * Everything the gateway can complain about. Codes and `msg`: protocol §5 (opendocs common/02km9f);
 * the five business codes and their Chinese text: API reference, table 错误码.
 */
const MSG = {
	'20000': 'Service Currently Unavailable',
	'20001': 'Insufficient Token Permissions',
	'40001': 'Missing Required Arguments',
	'40002': 'Invalid Arguments',
	'40003': 'Insufficient Conditions',
	'40004': 'Business Failed',
	'40005': 'Call Limited',
	'40006': 'Insufficient Permissions',
} as const;

const ERRORS = {
	'isp.unknow-error': ['20000', '系统繁忙'],
	'aop.unknow-error': ['20000', '系统繁忙'],
	'aop.invalid-auth-token': ['20001', '无效的访问令牌'],
	'isv.missing-method': ['40001', '缺少方法名参数'],
	'isv.missing-app-id': ['40001', '缺少appId参数'],
	'isv.missing-signature': ['40001', '缺少签名参数'],
	'isv.missing-signature-type': ['40001', '缺少签名类型参数'],
	'isv.missing-timestamp': ['40001', '缺少时间戳参数'],
	'isv.missing-version': ['40001', '缺少版本参数'],
	'isv.missing-app-cert-sn': ['40001', '缺少应用公钥证书序列号参数'],
	'isv.missing-alipay-root-cert-sn': ['40001', '缺少支付宝根证书序列号参数'],
	'isv.invalid-app-id': ['40002', '无效的AppID参数'],
	'isv.app-cert-not-exist': ['40002', '应用公钥证书不存在'],
	'isv.invalid-alipay-root-cert-sn': ['40002', '支付宝根证书序列号错误'],
	'isv.invalid-method': ['40002', '不存在的方法名'],
	'isv.invalid-parameter': ['40002', '参数无效'],
	'isv.invalid-charset': ['40002', '字符集错误'],
	'isv.invalid-format': ['40002', '无效的数据格式'],
	'isv.invalid-signature-type': ['40002', '无效的签名类型'],
	'isv.invalid-timestamp': ['40002', '非法的时间戳参数'],
	'isv.invalid-signature': ['40002', '验签出错'],
	'isv.invalid-encrypt-type': ['40002', '无效的加密类型'],
	'isv.decryption-error-unknown': ['40003', '解密出错, 未知异常'],
	'isv.illegal-json': ['40002', 'JSON格式错误'],
	ILLEGAL_ARGUMENT: ['40004', '参数有误'],
	AUTH_ORDER_NOT_EXIST: ['40004', '支付宝资金授权订单不存在'],
	AUTH_OPERATION_NOT_EXIST: ['40004', '支付宝资金操作流水不存在'],
	SYSTEM_ERROR: ['40004', '系统繁忙'],
	ACCESS_FORBIDDEN: ['40004', '商户无权查看该笔订单信息'],
	ALIPAY_CERT_NOT_EXIST: ['40004', '支付宝公钥证书不存在'],
	RED_PACKET_ARCHIVED: ['40004', '红包明细已归档'],
	'isv.app-call-limited': ['40005', '应用调用次数超限'],
	'isv.insufficient-isv-permissions': ['40006', 'ISV权限不足'],
} as const satisfies Record<string, readonly [keyof typeof MSG, string]>;

export type SubCode = keyof typeof ERRORS;

/** The four fields of an error node; `detail` is appended to the standing `sub_msg`. */
export function errorFields(subCode: SubCode, detail = ''): Record<string, string> {
	const [code, text] = ERRORS[subCode];
	return { code, msg: MSG[code], sub_code: subCode, sub_msg: text + detail };
}

/**
 * The tail of a real `isv.invalid-signature`: the string the gateway verified against, with HTML
 * entities in it (protocol §2, seen in two real signed answers).
 */
export function canonicalHint(canonical: string): string {
	const escaped = canonical.replace(/[&"<>]/g, (sign) => ENTITIES[sign] ?? sign);
	return `，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：${escaped}`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

/** The real hint for a request whose charset is missing from the URL query (protocol §1, Charset). */
export const CHARSET_HINT =
	', 请确认charset参数放在了URL查询字符串中且各参数值使用charset参数指示的字符集编码';
