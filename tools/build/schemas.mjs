/**
 * Writes the schemas from which n8n's editor previews the output of an operation before it runs. They come
 * from the data of the methods: one file for each operation, in the folder where n8n expects it.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The JSON schema type of each type of field. */
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
 * The fields of an item with Simplify, which is the default.
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

/**
 * The fields that a notification of any kind can have.
 * @param {ReadonlyArray<import('../../alipay/notification/kinds.ts').NotifyingMethod>} methods
 */
const notificationSchema = (methods) => ({
	type: 'object',
	properties: {
		...Object.assign({}, ...methods.map((method) => schemaOf(method).properties)),
		notification: {
			type: 'object',
			properties: {
				notify_id: { type: 'string' },
				kind: { type: 'string' },
				notify_time: { type: 'string' },
				app_id: { type: 'string' },
				auth_app_id: { type: 'string' },
				signature_verified: { type: 'boolean' },
			},
		},
	},
	version: 1,
});

/** @param {string} folder the compiled package, not yet bundled */
export async function writeSchemas(folder) {
	const require = createRequire(import.meta.url);
	/** @type {import('../../alipay/methods/index.ts')} */
	const { METHODS } = require(path.resolve(folder, 'alipay/methods/index.js'));
	for (const method of METHODS) {
		const { resource, operation } = method;
		const place = `nodes/Alipay/__schema__/v1.0.0/${resource.value}/${operation.value}.json`;
		await writeSchema(path.join(folder, place), schemaOf(method));
	}
	/** @type {import('../../alipay/notification/kinds.ts')} */
	const { NOTIFYING } = require(path.resolve(folder, 'alipay/notification/kinds.js'));
	const place = 'nodes/AlipayNotificationTrigger/__schema__/v1.0.0.json';
	await writeSchema(path.join(folder, place), notificationSchema(NOTIFYING));
}

/**
 * @param {string} file
 * @param {object} schema
 */
async function writeSchema(file, schema) {
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(file, `${JSON.stringify(schema, null, '\t')}\n`);
}
