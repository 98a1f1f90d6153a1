/**
 * Workflows without this node: n8n's own nodes, and a Code node with Alipay's SDK. Both are as an operator
 * who knows Alipay's signing rules would build them, without the mistakes that stop every call.
 */
import { createPrivateKey } from 'node:crypto';
import { alipay } from '../../sandbox/chain.mts';
import type { Link } from '../../sandbox/chain.mts';
import type { CredentialReference, Execution, NodeJson } from '../../sandbox/client.mts';
import { METHOD, NODE } from '../../simulator/fixtures/couponOperation.mts';
import type { SimulatorCredential } from '../../simulator/gateway.mts';

/** A way to look up rows: the nodes after the trigger, and the nodes with the results and the failed items. */
export interface Way {
	nodes: Link[];
	results: string;
	/** The node whose error output takes the failed items. */
	faults: string;
}

/** A row has two of them. JSON.stringify omits the others. */
const NUMBERS = ['auth_no', 'operation_id', 'out_order_no', 'out_request_no'];

const CONTINUE = { onError: 'continueErrorOutput' };

const BEIJING = "setZone('Asia/Shanghai').toFormat('yyyy-MM-dd HH:mm:ss')";

/** This node, with the defaults of its form except `parameters`. */
export function alipayNode(
	credential: CredentialReference,
	parameters: NodeJson['parameters'],
): Way {
	const node = alipay({ credential }, parameters, CONTINUE);
	return { results: 'Alipay', faults: 'Alipay', nodes: [node] };
}

/** The fields of the Crypto node's credential. */
export function cryptoForm({ privateKey }: SimulatorCredential) {
	const key = createPrivateKey({
		key: Buffer.from(privateKey, 'base64'),
		format: 'der',
		type: 'pkcs8',
	});
	return { signPrivateKey: key.export({ format: 'pem', type: 'pkcs8' }).toString() };
}

/** The defaults of the option Batching. */
export const USUAL_BATCHES = { batching: { batch: { batchSize: 50, batchInterval: 1000 } } };

const PREPARE: Link = {
	name: 'Prepare',
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		assignments: {
			assignments: [
				{
					id: '1',
					name: 'biz_content',
					type: 'string',
					value: `={{ JSON.stringify({ ${NUMBERS.map((name) => `${name}: $json.${name}`).join(', ')} }) }}`,
				},
				{ id: '2', name: 'timestamp', type: 'string', value: `={{ $now.${BEIJING} }}` },
			],
		},
	},
};

const sign = (appId: string, crypto: CredentialReference): Link => ({
	name: 'Sign',
	type: 'n8n-nodes-base.crypto',
	typeVersion: 2,
	parameters: {
		action: 'sign',
		// All parameters except `sign`, sorted by name.
		value:
			`=app_id=${appId}&biz_content={{ $json.biz_content }}&charset=utf-8&format=JSON` +
			`&method=${METHOD}&sign_type=RSA2&timestamp={{ $json.timestamp }}&version=1.0`,
		dataPropertyName: 'sign',
		algorithm: 'RSA-SHA256',
		encoding: 'base64',
	},
	credentials: { crypto },
});

function send({ appId, gatewayUrl }: SimulatorCredential, options: NodeJson['parameters']): Link {
	const values = {
		app_id: appId,
		format: 'JSON',
		method: METHOD,
		sign_type: 'RSA2',
		version: '1.0',
		timestamp: '={{ $json.timestamp }}',
		biz_content: '={{ $json.biz_content }}',
		sign: '={{ $json.sign }}',
	};
	return {
		name: 'HTTP Request',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.5,
		...CONTINUE,
		parameters: {
			method: 'POST',
			// Alipay takes the charset of the body from the URL.
			url: `${gatewayUrl}?charset=utf-8`,
			sendBody: true,
			contentType: 'form-urlencoded',
			bodyParameters: {
				parameters: Object.entries(values).map(([name, value]) => ({ name, value })),
			},
			options: {
				// Alipay sends JSON with the content type text/html.
				response: { response: { responseFormat: 'json' } },
				...options,
			},
		},
	};
}

const PICK: Link = {
	name: 'Pick',
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: { mode: 'raw', jsonOutput: `={{ $json.${NODE} }}` },
};

/** Edit Fields → Crypto → HTTP Request → Edit Fields. */
export const httpRequest = (
	application: SimulatorCredential,
	crypto: CredentialReference,
	options: NodeJson['parameters'] = {},
): Way => ({
	results: PICK.name,
	faults: 'HTTP Request',
	nodes: [PREPARE, sign(application.appId, crypto), send(application, options), PICK],
});

/** A Code node that looks up one row after the other with the official SDK. */
export function codeNode(jsCode: string): Way {
	return {
		results: 'Code',
		faults: 'Code',
		nodes: [
			{
				name: 'Code',
				type: 'n8n-nodes-base.code',
				typeVersion: 2,
				...CONTINUE,
				parameters: { jsCode },
			},
		],
	};
}

/** By default the SDK writes the machine's time, which is UTC in a container. */
const TIMESTAMP = `timestamp: DateTime.now().${BEIJING},`;

const head = (credential: SimulatorCredential) => `\
const { AlipaySdk } = require('alipay-sdk');
const sdk = new AlipaySdk({
  appId: '${credential.appId}',
  privateKey: '${credential.privateKey}',
  keyType: 'PKCS8',
  alipayPublicKey: '${credential.alipayPublicKey}',
  gateway: '${credential.gatewayUrl}',
});
const results = [];`;

/**
 * The loop as in the SDK's readme. The row itself has to be the bizContent: the SDK refuses an object that
 * the code creates, because it has a different `Object` in n8n's sandbox.
 */
export const sdkLoop = (
	credential: SimulatorCredential,
	{ bizContent = 'json', timestamp = TIMESTAMP } = {},
) => `\
${head(credential)}
for (const { json } of $input.all()) {
  const response = await sdk.exec('${METHOD}', {
    ${timestamp}
    bizContent: ${bizContent},
  });
  results.push({ json: response });
}
return results;`;

/** The same with Promise.all, ten rows at a time. */
export const sdkByTen = (credential: SimulatorCredential) => `\
${head(credential)}
const rows = $input.all();
for (let first = 0; first < rows.length; first += 10) {
  const responses = await Promise.all(rows.slice(first, first + 10).map(async ({ json }) =>
    await sdk.exec('${METHOD}', {
      ${TIMESTAMP}
      bizContent: json,
    })));
  results.push(...responses.map((json) => ({ json })));
}
return results;`;

/** The loop with verification, error handling and linked items. */
export const carefulSdkLoop = (credential: SimulatorCredential) => `\
${head(credential)}
for (const [item, { json }] of $input.all().entries()) {
  try {
    const response = await sdk.exec('${METHOD}', {
      ${TIMESTAMP}
      bizContent: json,
    }, { validateSign: true });
    if (response.code !== '10000') throw new Error(response.subCode);
    results.push({ json: response, pairedItem: { item } });
  } catch (error) {
    results.push({ json: { error: error.message }, pairedItem: { item } });
  }
}
return results;`;

/** From the start of the first node to the end of the last. */
export function secondsOf(execution: Execution, { nodes }: Way): number {
	const runs = nodes.flatMap(({ name }) => execution.runs(name));
	const starts = runs.map(({ startTime }) => startTime);
	const ends = runs.map(({ startTime, executionTime }) => startTime + executionTime);
	return (Math.max(...ends) - Math.min(...starts)) / 1000;
}
