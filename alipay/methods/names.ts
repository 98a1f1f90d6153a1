/** What the name of a method tells. Checked against all 9,600 names in Alipay's SDKs for PHP and Python. */

/** How names of read-only methods end. Any other method may move money. */
const READS =
	/\.(?:(?:batch|auth|rate)?query(?:status|detail|list|bypage|batch)?|get|download|(?:pre)?consult)$/;

/**
 * Names that look read-only but are not: `….lockaccountsync.query` locks an account,
 * `….settlementofexchange.query` settles, `….token.get` issues a token and uses up its code.
 */
const ACTS =
	/(?:(?<!a)sync|notice|callback|exchange|dispatch[a-z]*|oauth|login|delete)\.query$|(?:token(?:\.[a-z]+)?|code|credentials|prize\.user)\.get$/;

export const effectOf = (name: string): 'read' | 'write' =>
	READS.test(name) && !ACTS.test(name) ? 'read' : 'write';

/** `alipay.trade.page.pay`, `alipay.trade.app.pay`, `alipay.user.agreement.page.sign`. */
const PAGES = /^alipay\.(?:fund|pcredit|trade|user)\.(?:[a-z]+\.)*(?:page|wap|app)\.[a-z]+$/;

const OTHER_PAGES: readonly string[] = [
	'alipay.user.certify.open.certify',
	'zhima.customer.certification.certify',
];

/** Whether a browser or the Alipay app must open it. The gateway does not return JSON for it. */
export const opensPage = (name: string): boolean =>
	OTHER_PAGES.includes(name) || (PAGES.test(name) && !READS.test(name));

/** Whether it may need a file. The node does not send files. */
export const takesFile = (name: string): boolean => name.endsWith('.upload');
