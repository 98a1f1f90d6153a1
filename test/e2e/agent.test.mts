/**
 * The example with an AI agent in real n8n. Agent, tool and Alipay node run; only the language model is
 * played, by a script behind OpenAI's chat completions API.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { example } from '../../tools/sandbox/examples.mts';
import { merchantPair, SAMPLES } from '../../tools/simulator/fixtures/couponOperation.mts';
import { scenarioByMerchant } from '../support/numbers.mts';
import { openReceiver } from './receiver.mts';
import type { Post, Receiver, Reply } from './receiver.mts';
import { CLOSED_ITEM, openStage } from './stage.mts';
import type { Stage } from './stage.mts';

interface Message {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string;
}

/** What n8n posts to the model. */
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

/** What the model calls the tool with. */
type Numbers = Partial<
	Record<'auth_no' | 'operation_id' | 'out_order_no' | 'out_request_no', string>
>;

let stage: Stage;
let model: Receiver;
/** What the model is to ask the tool for; by default the two numbers of the question. */
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

/** To a question: a call of the tool. To what the tool found: a sentence about it. */
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

async function ask(chatInput: string) {
	const openAiApi = await stage.client.saveCredential(undefined, 'Played model', 'openAiApi', {
		apiKey: 'none',
		url: `${model.url}/v1`,
	});
	const workflow = example('06-ai-agent.json', stage.credential, { openAiApi });
	const said = { sessionId: chatInput, action: 'sendMessage', chatInput };
	return await stage.client.execute(
		{ ...workflow, pinData: { 'When Chat Message Received': [{ json: said }] } },
		'When Chat Message Received',
	);
}

/** What the tool handed to the model. */
const toolSaid = () => {
	const last = model.posts.at(-1);
	return (last && requestOf(last).messages.at(-1)?.content) ?? '';
};

const { auth_no, operation_id } = SAMPLES.closed;
const QUESTION = `What happened to red packet ${auth_no}, operation ${operation_id}?`;

it('describes the tool to the model, with the four numbers and which belong together', async () => {
	await ask(QUESTION);
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

it('hands the typed item to the model, whose answer ends the chat', async () => {
	const execution = await ask(QUESTION);
	expect(JSON.parse(toolSaid())).toEqual([CLOSED_ITEM]);
	expect(execution.status).toBe('success');
	expect(execution.items('AI Agent')[0]?.json.output).toContain('"status":"CLOSED"');
});

it.each<[what: string, numbers: Numbers]>([
	["the merchant's numbers", merchantPair(SAMPLES.closed)],
	[
		'empty texts for what is not known',
		{ auth_no, operation_id, out_order_no: '', out_request_no: '' },
	],
])('finds the operation by %s', async (_what, numbers) => {
	wanted = numbers;
	await ask(QUESTION);
	expect(JSON.parse(toolSaid())).toEqual([CLOSED_ITEM]);
});

it.each<[what: string, numbers: Numbers, error: RegExp, solution: RegExp]>([
	[
		'an unknown operation',
		{ auth_no, operation_id: '20261231355864999999' },
		/^Not found: .*AUTH_OPERATION_NOT_EXIST/,
		/^Check the Operation ID/,
	],
	['half a pair', { auth_no }, /Operation ID \(operation_id\) is not/, /^Fill in Operation ID/],
	[
		'an answer that is not signed by Alipay',
		scenarioByMerchant('SIM-TAMPERED'),
		/^The signature of the answer does not fit/,
		/^Copy the Alipay public key/,
	],
])(
	'tells the model of %s and what to do, and the chat goes on',
	async (_what, numbers, error, solution) => {
		wanted = numbers;
		const execution = await ask(QUESTION);
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
