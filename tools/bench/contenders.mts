/** The three contenders. Each looks up `rows` at a gateway and returns how many succeeded. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { AlipaySdk } from 'alipay-sdk';
import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';
import { METHOD, NODE } from '../simulator/fixtures/couponOperation.mts';
import { beijingText } from '../simulator/beijing.mts';
import type { SimulatorCredential } from '../simulator/gateway.mts';
import { runWorkflow } from '../sandbox/engine.mts';

interface Load {
	credential: SimulatorCredential;
	/** The input: auth_no and operation_id of each row. */
	rows: ReadonlyArray<{ auth_no: string; operation_id: string }>;
	concurrency: number;
}

/** Parameters of the node: the numbers of each row. */
const BY_ALIPAY_PAIR = {
	authNo: '={{ $json.auth_no }}',
	operationId: '={{ $json.operation_id }}',
};

type Contender = (load: Load) => Promise<number>;

/** Start → one node, on n8n's engine. */
async function runNode(
	{ rows, credential }: Load,
	type: string,
	parameters: IDataObject,
	nodeTypes: Record<string, INodeType> = {},
): Promise<number> {
	const common = { typeVersion: 1, position: [0, 0] as [number, number] };
	const { items, error } = await runWorkflow({
		workflow: {
			nodes: [
				{ ...common, id: '1', name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} },
				{
					...common,
					id: '2',
					name: 'Query',
					type,
					parameters: parameters as never,
					credentials: { alipayApi: { id: '1', name: 'Alipay API' } },
				},
			],
			connections: { Start: { main: [[{ node: 'Query', type: 'main', index: 0 }]] } },
		},
		items: rows.map((json, item) => ({ json, pairedItem: { item } })),
		credential: { ...credential },
		nodeTypes,
	});
	if (error) throw error;
	return items('Query').filter(({ json }) => json.status).length;
}

const node: Contender = async (load) =>
	await runNode(load, 'n8n-nodes-alipay.alipay', {
		...BY_ALIPAY_PAIR,
		options: { concurrency: load.concurrency },
	});

/**
 * The minimum work of a node in n8n: read its two fields, sign with node:crypto, send with
 * `helpers.httpRequest`, verify, parse. No retries, no checks, no types.
 */
const floor: Contender = async (load) =>
	await runNode(load, 'bench.floor', BY_ALIPAY_PAIR, { 'bench.floor': floorNode(load) });

const FLOOR: INodeType['description'] = {
	displayName: 'Floor',
	name: 'floor',
	group: ['transform'],
	version: 1,
	description: '',
	defaults: { name: 'Floor' },
	inputs: ['main'],
	outputs: ['main'],
	properties: Object.keys(BY_ALIPAY_PAIR).map((name) => ({
		displayName: name,
		name,
		type: 'string',
		default: '',
	})),
};

function floorNode({ credential, concurrency }: Load): INodeType {
	const base64 = (text: string) => Buffer.from(text, 'base64');
	const privateKey = createPrivateKey({
		key: base64(credential.privateKey),
		format: 'der',
		type: 'pkcs8',
	});
	const publicKey = createPublicKey({
		key: base64(credential.alipayPublicKey),
		format: 'der',
		type: 'spki',
	});

	async function query(context: IExecuteFunctions, index: number) {
		const auth_no = context.getNodeParameter('authNo', index) as string;
		const operation_id = context.getNodeParameter('operationId', index) as string;
		const biz_content = JSON.stringify({ auth_no, operation_id });
		const params: Record<string, string> = {
			app_id: credential.appId,
			method: METHOD,
			format: 'JSON',
			charset: 'utf-8',
			sign_type: 'RSA2',
			timestamp: beijingText(Date.now()),
			version: '1.0',
			biz_content,
		};
		const canonical = Object.keys(params)
			.sort()
			.map((name) => `${name}=${params[name]}`)
			.join('&');
		delete params.biz_content;
		params.sign = sign('sha256', Buffer.from(canonical), privateKey).toString('base64');
		const text = (await context.helpers.httpRequest({
			method: 'POST',
			// The gateway needs `charset` in the URL.
			url: `${credential.gatewayUrl}?${new URLSearchParams(params).toString()}`,
			headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
			body: new URLSearchParams({ biz_content }).toString(),
			encoding: 'text',
		})) as string;
		const [, signed = '', signature = ''] =
			new RegExp(`^\\{"${NODE}":(.*),"sign":"([^"]*)"\\}$`).exec(text) ?? [];
		if (!verify('sha256', Buffer.from(signed), publicKey, base64(signature))) {
			throw new Error('The signature does not match');
		}
		return JSON.parse(signed) as IDataObject;
	}

	return {
		description: FLOOR,
		async execute() {
			const input = this.getInputData();
			const output = await lanes(input.length, concurrency, async (index) => ({
				json: await query(this, index),
				pairedItem: { item: index },
			}));
			return [output];
		},
	};
}

/** Alipay's SDK for Node, which keeps its connections open. */
const sdk: Contender = async ({ credential, rows, concurrency }) => {
	const client = new AlipaySdk({
		appId: credential.appId,
		privateKey: credential.privateKey,
		keyType: 'PKCS8',
		alipayPublicKey: credential.alipayPublicKey,
		gateway: credential.gatewayUrl,
		camelcase: false,
	});
	const responses = await lanes(rows.length, concurrency, async (index) => {
		return await client.exec(METHOD, { bizContent: rows[index] }, { validateSign: true });
	});
	return responses.filter(({ status }) => status).length;
};

async function lanes<T>(count: number, limit: number, work: (index: number) => Promise<T>) {
	const results: T[] = [];
	let next = 0;
	const lane = async () => {
		while (next < count) {
			const index = next++;
			results[index] = await work(index);
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, count) }, lane));
	return results;
}

export const CONTENDERS = { node, floor, sdk } as const satisfies Record<string, Contender>;
