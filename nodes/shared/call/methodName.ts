/** Reads the field Method of Any API, as people paste names. */
import { anyMethod } from '../../../alipay/methods';
import { opensPage } from '../../../alipay/methods/names';
import type { Method } from '../../../alipay/methods/method';
import { tidied } from '../../../alipay/text/characters';
import { readText, Unreadable } from '../form/read';

/** The method of the field's value: text, or the resource locator that the editor stores. */
export function readMethod(given: unknown): Method {
	const text = readText('Method', isLocator(given) ? given.value : given);
	const name = nameIn(text);
	if (name === undefined) {
		throw new Unreadable(
			text === '' ? 'Method is empty' : 'Method is not the name of one Alipay API',
			'Choose a method from the list, or enter its name from Alipay’s documentation, for example alipay.trade.query.',
		);
	}
	if (!opensPage(name)) return anyMethod(name);
	throw new Unreadable(
		`${name} opens a page in a person’s browser or Alipay app, so Alipay returns nothing that this node can output`,
		'The node did not send it. Use it in your own website or app. To take a payment in a workflow, use alipay.trade.precreate: it returns a QR code.',
	);
}

const isLocator = (given: unknown): given is { value: unknown } =>
	typeof given === 'object' && given !== null && Object.hasOwn(given, '__rl');

const ADDRESS = /^https?:\/\//i;
/** `method=`, `"method": "` */
const HEAD = /^method["'“”]?\s*[:=]\s*["'“”]?/i;
/** A class of Alipay's SDKs: `AlipayTradeQueryRequest`. */
const CLASS = /^(?:[A-Z][a-z0-9]+){3,}$/;
/** A node of a response: `alipay_trade_query_response`. */
const NODE = /^[a-z]+(?:_[a-z0-9]+){2,}$/;

const NAME = '[a-z]+(?:\\.[a-z0-9]+){2,}';
/**
 * What may follow the name: a mark, or words that cannot be part of a name. In
 * `alipay.trade.order.settle，query`, the first part is not the name.
 */
const BEHIND = [
	`["'“”,;，；]?`,
	// An explanation after a colon.
	'\\s*[:：]\\s.*',
	// A title in the documentation.
	'\\s*[(（]?\\s*\\p{Script=Han}.*',
	// An entry of the list.
	'\\s\\((?:reads|changes)\\b.*',
];
const NAME_IN_FRONT = new RegExp(`^(${NAME})(?:${BEHIND.join('|')})$`, 'su');
const ANOTHER_NAME = new RegExp(`[^\\w.]${NAME}`);
/** A longer text is not a name. */
const LONGEST = 300;
const HOST = /\.(?:com|cn|net|org|do|html?|json)$/;

/** The one name in a text. Alipay's names have no capital letters and no `_`. */
function nameIn(given: string): string | undefined {
	if (given.length > LONGEST && !ADDRESS.test(given)) return undefined;
	if (ADDRESS.test(given)) return nameInAddress(given);
	const text = tidied(given).replace(HEAD, '').trim();
	const dotted = CLASS.test(text)
		? text.replace(/(?:Request|Response|Model)$/, '').replace(/(?!^)[A-Z]/g, '.$&')
		: text;
	const plain = dotted.toLowerCase().replace(/\s*\.\s*/g, '.');
	const name = NODE.test(plain)
		? plain.replace(/_(?:request|response)$/, '').replaceAll('_', '.')
		: NAME_IN_FRONT.exec(plain)?.[1];
	const isOne = name !== undefined && !ANOTHER_NAME.test(plain) && !HOST.test(name);
	return isOne && new RegExp(`^${NAME}$`).test(name) ? name : undefined;
}

function nameInAddress(address: string): string | undefined {
	const method = URL.canParse(address) ? new URL(address).searchParams.get('method') : null;
	return method && !ADDRESS.test(method) ? nameIn(method) : undefined;
}
