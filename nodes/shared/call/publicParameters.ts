/** Further Public Parameters of Any API: the parameters of a request outside biz_content. */
import { withoutInvisible } from '../../../alipay/text/characters';
import { PARAMETERS } from '../form/anyApi';
import { snakeOf } from '../form/names';
import { isBlank, readCollection, Unreadable } from '../form/read';
import { isUnfilled } from './content';

type Row = Readonly<{ name?: unknown; value?: unknown }>;

const OF_CREDENTIAL = 'comes from the credential';
const OF_NODE = 'is filled in by the node';

/** Parameters of every request, and where they come from. */
const FILLED_IN: Readonly<Record<string, string>> = {
	method: 'belongs in the field Method',
	biz_content: 'belongs in the field Biz Content',
	app_auth_token: 'belongs in the option App Auth Token',
	app_id: OF_CREDENTIAL,
	app_cert_sn: OF_CREDENTIAL,
	alipay_root_cert_sn: OF_CREDENTIAL,
	charset: OF_CREDENTIAL,
	sign_type: OF_CREDENTIAL,
	encrypt_type: OF_CREDENTIAL,
	sign: OF_NODE,
	timestamp: OF_NODE,
	version: OF_NODE,
	format: OF_NODE,
};

const NAME = /^[a-z][a-z\d_]*$/;
/** A longer one is a value in the wrong column, maybe a token. */
const LONGEST_NAME = 32;
/** Names as programs write them: `notifyUrl`, `NOTIFY_URL`, `notify-url`. */
const CAMEL = /^[A-Za-z][\w-]*$/;

/** The parameters by their names; rows without a value are left out. */
export function readParameters(given: unknown): Readonly<Record<string, string>> {
	const rows = [readCollection(PARAMETERS, given).values ?? []].flat();
	const params = new Map<string, string>();
	rows.forEach((row: unknown, index) => {
		const { name, value } = Object(row) as Row;
		if (isBlank(value)) return;
		const place = `${PARAMETERS.displayName}, row ${index + 1}`;
		const known = readName(place, name);
		const text = readValue(`${place} (${known})`, value);
		if ((params.get(known) ?? text) !== text) {
			throw new Unreadable(
				`${place}: ${known} appears twice, with different values`,
				'Remove the wrong row.',
			);
		}
		params.set(known, text);
	});
	return Object.fromEntries(params);
}

function readName(place: string, given: unknown): string {
	const name = typeof given === 'string' ? withoutInvisible(given).trim() : '';
	const filledIn = Object.hasOwn(FILLED_IN, name) ? FILLED_IN[name] : undefined;
	if (filledIn !== undefined) {
		throw new Unreadable(`${place}: ${name} ${filledIn}`, 'Remove this row.');
	}
	if (NAME.test(name) && name.length <= LONGEST_NAME) return name;
	if (CAMEL.test(name) && name.length <= LONGEST_NAME) {
		throw new Unreadable(`${place}: Alipay’s name for ${name} is ${snakeOf(name)}`, USE_NAMES);
	}
	throw new Unreadable(
		`${place}: Name is ${name === '' ? 'empty' : 'not the name of a parameter'}`,
		USE_NAMES,
	);
}

const USE_NAMES =
	'Use Alipay’s name. It has only lowercase letters, digits and _, for example notify_url or auth_token.';

/** Not quoted: it may be a token. */
function readValue(label: string, value: unknown): string {
	if (typeof value === 'object') {
		const kind = Array.isArray(value) ? 'a list' : 'an object';
		throw new Unreadable(`${label} is ${kind}, not text`, 'Its expression must return text.');
	}
	if (typeof value === 'number' && (!Number.isFinite(value) || hasLostDigits(value))) {
		throw new Unreadable(`${label} is a number that has lost its last digits`, 'Enter it as text.');
	}
	const text = withoutInvisible(String(value as string | number | boolean)).trim();
	if (isUnfilled(text)) {
		throw new Unreadable(
			`${label} contains an expression {{ }} instead of its value`,
			'Switch the field to Expression.',
		);
	}
	return text;
}

const hasLostDigits = (value: number) => Number.isInteger(value) && !Number.isSafeInteger(value);
