/** Texts in place of a missing number. */
import { withoutBlanks } from './characters';

/**
 * Compared by their letters only, in lower case. Sources: databases, CSV writers, pandas, forms, column
 * headings, and language models that must fill in every field.
 */
const WORDS: ReadonlySet<string> = new Set(
	`null nullptr dbnull nul nil none nonetype undefined void nan nat inf infinity na nv true false yes no
	empty blank missing nothing unknown unspecified undetermined unavailable unassigned unset invalid
	notavailable notapplicable notassigned notfound notset notgiven notprovided notspecified notdefined
	notknown notyet nodata novalue norecord noresult noresults nonumber noid nosuchorder
	tbd tba tbc tbs tobedetermined tobeconfirmed todo pending optional required default placeholder
	example sample redacted hidden deleted removed same ditto seeabove leaveblank leaveempty
	string text number integer float boolean object array value error err id order orderid orderno
	ordernumber ref name num  field
	是 否 真 假 略 同上 同前 错误 错误值 保密 请填写 请输入 请选择 单号 编号 订单号 订单编号 流水号 交易号
	请求号 授权单号 授权订单号 商户单号 商户订单号 商户流水号 操作流水号 支付宝单号 支付宝订单号 支付宝交易号
	なし 無し 該当なし 없음`.split(/\s+/),
);

/** Compared in lower case and without white space. */
const SHAPES: readonly RegExp[] = [
	// No letter and no digit: `-`, `—`, `…`, `########`, a lone apostrophe.
	/^[^\p{L}\p{N}]*$/u,
	// `暂无`, `未填写`, `不适用`, `待定`, `空值`: Chinese for none, not, pending, empty.
	/^[^\p{L}\p{N}]*[无無暂暫没沒未不待缺空尚]\p{Script=Han}{0,7}[^\p{L}\p{N}]*$/u,
	// Spreadsheet errors: `#REF!`, `#DIV/0!`, `#¿NOMBRE?`, `#Н/Д`, `Err:502`.
	/^=?#[¡¿]?\p{L}[\p{L}\d/_]*[!?]$/u,
	/^#[nн]\/\p{L}$/u,
	/^#getting_data$/,
	/^(?:#err:?|err:)\d{3}$/,
	/^-?1\.#(?:ind|inf|qnan|snan)\d*$/,
	// NULL of MySQL and PostgreSQL.
	/^\\n$/,
	// JavaScript's text for an object: `[object Object]`.
	/^\[(?:object|function|array|class)[^\d]*\]$/,
	// Templates without values: `{{ $json.x }}`, `${x}`, `#{x}`, `<%= x %>`, `{% x %}`.
	/\{\{|\}\}|[$#%]\{|<%|%>|\{%/,
	/^=?\$(?:\(|(?:json|node|input|items?|binary|fromai|vars|env|parameter|workflow|execution|prevnode|now|today)(?!\w))/,
	// A formula, unless it contains the number itself.
	/^=[a-z.]+\((?!.*\d{8}).*\)$/,
	// `<auth_no>`, `{auth_no}`, `[your number]`, `:auth_no`, `@auth_no`, `%auth_no%`, `{0}`, `$1`.
	/^(?:[<{[【:@$%]+)[\p{L}_][\p{L}_.-]*[>}\]】%]*$/u,
	/^(?:\{\d?\}|\$\d)$/,
	// printf formats: `%s`, `%1$s`, `%(auth_no)s`, `%.0f`.
	/^%(?:\d+\$|\([a-z_]+\))?[-+#0]*\d*(?:\.\d+)?l{0,2}[a-z@]$/,
];

const lettersOf = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');

const simplified = (text: string) => withoutBlanks(text.normalize('NFKC').toLowerCase());

/** Whether a text says that there is no number. `names` are field names, because a heading is not a number. */
export function isPlaceholder(text: string, names: readonly string[]): boolean {
	const parts = text.split(/[\s,;|，；、]+/).filter(Boolean);
	return isOne(text, names) || (parts.length > 1 && parts.every((part) => isOne(part, names)));
}

function isOne(text: string, names: readonly string[]): boolean {
	const plain = simplified(text);
	if (SHAPES.some((shape) => shape.test(plain))) return true;
	const word = lettersOf(plain).replace(/^(?:your|my|the|enter|insert)(?=\p{L})/u, '');
	return WORDS.has(word) || names.some((name) => lettersOf(simplified(name)) === word);
}
