/** The output of Any API: Alipay's node as JSON, or the fault in its place. */
import type { IDataObject } from 'n8n-workflow';
import { localFault, success, type Fault, type Outcome } from '../../../alipay/errors/fault';
import { REPORT } from '../../../alipay/errors/gatewayCodes';
import { responseBytesOf, type Method } from '../../../alipay/methods/method';
import { takesFile } from '../../../alipay/methods/names';
import { parseExactly } from '../../../alipay/text/exactJson';
import { reading } from '../form/read';

/** Fields of every response. */
const COMMON: readonly string[] = ['code', 'msg'];

/**
 * n8n takes an item with a field `error` for one that failed, and no item can contain a field `__proto__`.
 */
const RENAMED: Readonly<Record<string, string>> = { error: 'alipay_error' };

/** The fields of a node without the common ones, in Alipay's order. */
export function nodeOf(
	method: Method,
	json: string,
	trace_id: string | null,
): Outcome<IDataObject> {
	const read = reading(() => Object.entries(withoutProto(parseExactly(json)) as IDataObject));
	if (read.ok) {
		const fields = read.value.filter(([name]) => !COMMON.includes(name));
		return success(
			Object.fromEntries(
				fields.map(([name, value]) => [Object.hasOwn(RENAMED, name) ? RENAMED[name] : name, value]),
			) as IDataObject,
		);
	}
	const isWrite = method.effect === 'write';
	const problem =
		'response from Alipay cannot be read: it contains a name twice, or too many brackets';
	return localFault(
		'answer-ambiguous',
		isWrite ? `${method.name} was carried out, but the ${problem}` : `The ${problem}`,
		`${isWrite ? 'Do not send it again. ' : ''}Send the trace ID to Alipay support.`,
		trace_id,
	);
}

/** A copy of an object with this field would lose it and use its value as the prototype. */
function withoutProto(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutProto);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([name]) => name !== '__proto__')
			.map(([name, inner]) => [name, withoutProto(inner)]),
	);
}

const COMPARE =
	'Compare Method, Biz Content and Further Public Parameters with the documentation of the method.';

/** Adds possible causes to a fault of a method that the package knows only by name. */
export function hinted(method: Method, fault: Fault): Fault {
	if (fault.code === 'answer-too-large') {
		const mib = responseBytesOf(method) / 1024 / 1024;
		const rest = fault.message.replace(/^[^.]+/, '');
		return {
			...fault,
			message: `The response is larger than ${mib} MiB, the maximum that this node reads${rest}`,
			solution:
				method.effect === 'read'
					? `Request fewer entries at a time (page_size), or a shorter period. ${fault.solution}`
					: fault.solution,
		};
	}
	const solution = fault.solution === REPORT ? COMPARE : fault.solution;
	const mayLackFile = takesFile(method.name) && /^4000[124]$/.test(fault.code);
	return {
		...fault,
		solution: mayLackFile ? `This node does not send files. ${solution}` : solution,
	};
}
