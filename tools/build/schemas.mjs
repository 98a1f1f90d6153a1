/**
 * The schemas by which n8n's editor previews the output of an operation before it ran, from the data of
 * the methods: one file an operation, where n8n looks for it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** What a field is in an item, in words of JSON schema. */
const TYPES = {
	text: 'string',
	amount: 'number',
	time: 'string',
	integer: 'integer',
	boolean: 'boolean',
	object: 'object',
	array: 'array',
};

/**
 * What an item has with Simplify, which is the default.
 * @param {import('../../alipay/methods/method.ts').Method} method
 */
export const schemaOf = ({ fields }) => ({
	type: 'object',
	properties: Object.fromEntries(
		fields
			.filter(({ simplified }) => simplified)
			.map(({ name, type }) => [name, { type: TYPES[type] }]),
	),
	version: 1,
});

/** @param {string} folder the compiled package, before it is bundled */
export async function writeSchemas(folder) {
	const require = createRequire(import.meta.url);
	/** @type {import('../../alipay/methods/index.ts')} */
	const { METHODS } = require(path.resolve(folder, 'alipay/methods/index.js'));
	for (const method of METHODS) {
		const { resource, operation } = method;
		const place = path.join(folder, 'nodes/Alipay/__schema__/v1.0.0', resource.value);
		await mkdir(place, { recursive: true });
		const text = `${JSON.stringify(schemaOf(method), null, '\t')}\n`;
		await writeFile(path.join(place, `${operation.value}.json`), text);
	}
}
