/**
 * What operators build without this node: n8n's own nodes, and a Code node with Alipay's SDK. Both as
 * somebody would who knows Alipay's signing rules; each trap that stops every call is avoided.
 */
import type { CredentialReference, NodeJson } from '../../tools/sandbox/client.mts';
import { METHOD, NODE } from '../../tools/simulator/fixtures/couponOperation.mts';
import type { SimulatorCredential } from '../../tools/simulator/gateway.mts';
import { BY_EITHER_PAIR } from '../support/parameters.mts';
import { alipay } from './stage.mts';

type Node = Partial<NodeJson> & Pick<NodeJson, 'name' | 'type'>;

/** A way to look up rows: the nodes after the trigger, and where their results and faults come out. */
export interface Way {
	nodes: Node[];
	results: string;
	/** The node whose error output takes the failed items. */
	faults: string;
}

/** A row fills in two of them; JSON.stringify leaves out the others. */
const NUMBERS = ['auth_no', 'operation_id', 'out_order_no', 'out_request_no'];

const CONTINUE = { onError: 'continueErrorOutput' };

const BEIJING = "setZone('Asia/Shanghai').toFormat('yyyy-MM-dd HH:mm:ss')";

/** This node, with everything else as its form has it. */
export function alipayNode(credential: CredentialReference): Way {
	const node = alipay({ credential }, BY_EITHER_PAIR, CONTINUE);
	return { results: 'Alipay', faults: 'Alipay', nodes: [node] };
}

/** As the form has it once somebody adds the option Batching. */
export const USUAL_BATCHES = { batching: { batch: { batchSize: 50, batchInterval: 1000 } } };

/** Edit Fields → Crypto → HTTP Request → Edit Fields. */
export function httpRequest(
	{ appId, gatewayUrl }: SimulatorCredential,
	crypto: CredentialReference,
	options: NodeJson['parameters'] = {},
): Way {
	const field = (name: string, value: string) => ({ name, value });
	const fixed = {
		app_id: appId,
		format: 'JSON',
		method: METHOD,
		sign_type: 'RSA2',
		version: '1.0',
	};
	return {
		results: 'Pick',
		faults: 'HTTP Request',
		nodes: [
			{
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
			},
			{
				name: 'Sign',
				type: 'n8n-nodes-base.crypto',
				typeVersion: 2,
				parameters: {
					action: 'sign',
					// All parameters but `sign` in the order of their names.
					value:
						`=app_id=${appId}&biz_content={{ $json.biz_content }}&charset=utf-8&format=JSON` +
						`&method=${METHOD}&sign_type=RSA2&timestamp={{ $json.timestamp }}&version=1.0`,
					dataPropertyName: 'sign',
					algorithm: 'RSA-SHA256',
					encoding: 'base64',
				},
				credentials: { crypto },
			},
			{
				name: 'HTTP Request',
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.5,
				...CONTINUE,
				parameters: {
					method: 'POST',
					// Alipay reads the charset of the body from the URL.
					url: `${gatewayUrl}?charset=utf-8`,
					sendBody: true,
					contentType: 'form-urlencoded',
					bodyParameters: {
						parameters: [
							...Object.entries(fixed).map(([name, value]) => field(name, value)),
							field('timestamp', '={{ $json.timestamp }}'),
							field('biz_content', '={{ $json.biz_content }}'),
							field('sign', '={{ $json.sign }}'),
						],
					},
					options: {
						// Alipay calls its JSON text/html.
						response: { response: { responseFormat: 'json' } },
						...options,
					},
				},
			},
			{
				name: 'Pick',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				parameters: { mode: 'raw', jsonOutput: `={{ $json.${NODE} }}` },
			},
		],
	};
}

/** A Code node that asks for one row after the other with the official SDK. */
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

/** The SDK by itself would write the machine's time, which in a container is UTC. */
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
 * The loop as the SDK's readme calls it. The row itself has to be the bizContent: the SDK refuses an
 * object that the code made, for in n8n's sandbox that is of another `Object`.
 */
export const sdkLoop = (
	credential: SimulatorCredential,
	{ bizContent = 'json', timestamp = TIMESTAMP } = {},
) => `\
${head(credential)}
for (const { json } of $input.all()) {
  const answer = await sdk.exec('${METHOD}', {
    ${timestamp}
    bizContent: ${bizContent},
  });
  results.push({ json: answer });
}
return results;`;

/** The same by somebody who turns on verification, expects faults and links the items. */
export const carefulSdkLoop = (credential: SimulatorCredential) => `\
${head(credential)}
for (const [item, { json }] of $input.all().entries()) {
  try {
    const answer = await sdk.exec('${METHOD}', {
      ${TIMESTAMP}
      bizContent: json,
    }, { validateSign: true });
    if (answer.code !== '10000') throw new Error(answer.subCode);
    results.push({ json: answer, pairedItem: { item } });
  } catch (error) {
    results.push({ json: { error: error.message }, pairedItem: { item } });
  }
}
return results;`;
