/**
 * The example with an AI agent in real n8n. Agent, tool and Alipay node run. Only the language
 * model is simulated, by a script behind OpenAI's chat completions API.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { METHODS } from '../../alipay/methods/index.ts';
import type { NodeJson } from '../../tools/sandbox/client.mts';
import { example } from '../../tools/sandbox/examples.mts';
import { merchantPair, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { TRADES } from '../../tools/simulator/fixtures/trade.mts';
import { byMethod, readFixtures } from '../../tools/simulator/readFixtures.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { openReceiver } from './receiver.mts';
import type { Post, Receiver, Reply } from './receiver.mts';
import { CLOSED_ITEM, openStage } from './stage.mts';
import type { Stage } from './stage.mts';

interface Message {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string;
}

/** The request that n8n posts to the model. */
interface Request {
	messages: Message[];
	tools: [
		{
			function: {
				name: string;
				description: string;
				parameters: {
					properties: Record<string, { type: string; description: string }>;
					required?: string[];
				};
			};
		},
	];
}

const requestOf = ({ body }: Post) => body as Request;

/** The arguments with which the model calls the tool. */
type Numbers = Readonly<Record<string, unknown>>;

let stage: Stage;
let model: Receiver;
/** What the model requests from the tool; by default the two numbers of the question. */
let wanted: Numbers | undefined;

beforeAll(async () => {
	[stage, model] = await Promise.all([
		openStage(),
		openReceiver((post) => play(requestOf(post).messages)),
	]);
});
afterAll(async () => {
	await stage?.close();
	await model?.close();
});
beforeEach(() => {
	model.posts.length = 0;
	wanted = undefined;
});

/** For a question: a call of the tool. For the result of the tool: a sentence about it. */
function play(messages: Message[]): Reply {
	const last = messages.at(-1);
	const text = { role: 'assistant', content: `It says: ${last?.content}` };
	const call = () => {
		const [auth_no, operation_id] = last?.content.match(/\d{20,}/g) ?? [];
		const args = JSON.stringify(wanted ?? { auth_no, operation_id });
		const tool = { name: 'Query_Coupon_Operation', arguments: args };
		return {
			role: 'assistant',
			content: null,
			tool_calls: [{ id: 'call_1', type: 'function', function: tool }],
		};
	};
	const [message, finish_reason] = last?.role === 'tool' ? [text, 'stop'] : [call(), 'tool_calls'];
	return {
		body: {
			id: 'chatcmpl-1',
			object: 'chat.completion',
			created: 0,
			model: 'played',
			choices: [{ index: 0, message, finish_reason }],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		},
	};
}

/** Asks the agent of the example, or one whose tool has other parameters. */
async function query(chatInput: string, parameters?: NodeJson['parameters']) {
	const openAiApi = await stage.client.saveCredential(undefined, 'Played model', 'openAiApi', {
		apiKey: 'none',
		url: `${model.url}/v1`,
	});
	const workflow = example('06-ai-agent.json', stage.credential, { openAiApi });
	for (const node of workflow.nodes) {
		if (node.type === 'n8n-nodes-alipay.alipayTool' && parameters) node.parameters = parameters;
	}
	const said = { sessionId: chatInput, action: 'sendMessage', chatInput };
	return await stage.client.execute(
		{ ...workflow, pinData: { 'When Chat Message Received': [{ json: said }] } },
		'When Chat Message Received',
	);
}

/** What the tool passed to the model. */
const toolSaid = () => {
	const last = model.posts.at(-1);
	return (last && requestOf(last).messages.at(-1)?.content) ?? '';
};

const { auth_no, operation_id } = SAMPLES.closed;
const QUESTION = `What happened to red packet ${auth_no}, operation ${operation_id}?`;

it('describes the tool to the model, with the four numbers and their pairs', async () => {
	await query(QUESTION);
	const [post] = model.posts as [Post];
	expect(post.path).toBe('/v1/chat/completions');
	const { messages, tools } = requestOf(post);
	expect(messages[0]?.content).toMatch(/never make one up/);
	expect(tools).toHaveLength(1);
	const { name, description, parameters } = tools[0].function;
	expect(name).toBe('Query_Coupon_Operation');
	expect(description).toMatch(
		/Give auth_no with operation_id, or out_order_no with out_request_no/,
	);
	expect(Object.keys(parameters.properties)).toEqual(Object.keys(SAMPLES.closed));
	for (const [number, { type, description }] of Object.entries(parameters.properties)) {
		expect(type).toBe('string');
		expect(description).toContain(`(${number}), goes with`);
	}
	expect(parameters.required ?? []).toEqual([]);
});

it('passes the typed item to the model, whose reply ends the chat', async () => {
	const execution = await query(QUESTION);
	expect(JSON.parse(toolSaid())).toEqual([CLOSED_ITEM]);
	expect(execution.status).toBe('success');
	expect(execution.items('AI Agent')[0]?.json.output).toContain('"status":"CLOSED"');
});

it.each<[what: string, numbers: Numbers]>([
	["the merchant's numbers", merchantPair(SAMPLES.closed)],
	[
		'empty texts for unknown numbers',
		{ auth_no, operation_id, out_order_no: '', out_request_no: '' },
	],
])('finds the operation by %s', async (_what, numbers) => {
	wanted = numbers;
	await query(QUESTION);
	expect(JSON.parse(toolSaid())).toEqual([CLOSED_ITEM]);
});

it.each<[what: string, numbers: Numbers, error: RegExp, solution: RegExp]>([
	[
		'an unknown operation',
		{ auth_no, operation_id: '20261231355864999999' },
		/^Not found: .*AUTH_OPERATION_NOT_EXIST/,
		/^Check the Operation ID/,
	],
	[
		'an incomplete pair',
		{ auth_no },
		/Operation ID \(operation_id\) is not/,
		/^Also fill in Operation ID/,
	],
	[
		'a response that is not signed by Alipay',
		scenarioByMerchant('SIM-TAMPERED'),
		/^The signature of the response does not match/,
		/^Copy the Alipay public key/,
	],
])(
	'tells the model of %s and the fix, and the chat continues',
	async (_what, numbers, error, solution) => {
		wanted = numbers;
		const execution = await query(QUESTION);
		expect(JSON.parse(toolSaid())).toEqual([
			{
				error: expect.stringMatching(error),
				details: expect.objectContaining({ solution: expect.stringMatching(solution) }),
			},
		]);
		expect(execution.status).toBe('success');
		expect(execution.items('AI Agent')[0]?.json.output).toContain('It says: [{"error":');
	},
);

it.each(METHODS.map((method) => [method.operation.action, method] as const))(
	'%s is a tool that describes itself, and whose numbers the model fills in',
	async (action, method) => {
		const { name, resource, operation, identifiedBy, parameters, status } = method;
		const [record = {}] = byMethod(await readFixtures()).get(name)?.records ?? [];
		const [names = []] = identifiedBy.merchant.anyOf;
		const described = parameters.filter((one) => names.includes(one.name));
		wanted = Object.fromEntries(names.map((one) => [one, String(record[one])]));
		// n8n's form enters this when a person lets the model fill in a field.
		const filled = described.map(({ name: one, description }) => [
			one.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase()),
			`={{ $fromAI('${one}', \`${description}\`, 'string') }}`,
		]);
		await query(`What about ${resource.name}?`, {
			resource: resource.value,
			operation: operation.value,
			identifyBy: 'merchant',
			...(Object.fromEntries(filled) as NodeJson['parameters']),
		});
		const [post] = model.posts as [Post];
		const tool = requestOf(post).tools[0].function;
		expect(tool.description).toBe(`${action} in Alipay`);
		expect(Object.keys(tool.parameters.properties)).toEqual(described.map((one) => one.name));
		const [item] = JSON.parse(toolSaid()) as Array<Record<string, unknown>>;
		expect(item).toMatchObject({ [status?.field ?? '']: record[status?.field ?? ''] });
	},
);

describe('Any API as the tool', () => {
	const [trade] = TRADES;
	const tool = {
		resource: 'anyApi',
		operation: 'call',
		method: { __rl: true, mode: 'name', value: 'alipay.trade.query' },
		bizContent: "={{ $fromAI('biz_content', `The parameters as JSON`, 'json') }}",
	};

	it('accepts the JSON that the model writes, and passes the response to it', async () => {
		wanted = { biz_content: { out_trade_no: trade?.out_trade_no } };
		await query('What became of the payment?', tool);
		expect(JSON.parse(toolSaid())).toMatchObject([{ trade_no: trade?.trade_no }]);
	});

	it('accepts the method from the model if the workflow says so, and refuses anything that is not a method', async () => {
		const method = { __rl: true, mode: 'name', value: "={{ $fromAI('method', ``, 'string') }}" };
		const content = { out_trade_no: trade?.out_trade_no };
		wanted = { method: 'alipay.trade.query', biz_content: content };
		await query('What became of the payment?', { ...tool, method });
		expect(JSON.parse(toolSaid())).toMatchObject([{ trade_no: trade?.trade_no }]);

		wanted = { method: 'alipay.trade.page.pay', biz_content: content };
		await query('Pay it', { ...tool, method });
		expect(JSON.parse(toolSaid())).toMatchObject([
			{ error: expect.stringMatching(/^alipay\.trade\.page\.pay opens a page/) },
		]);
	});
});
