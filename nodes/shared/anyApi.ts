/** The operation Any API → Call: any method of the gateway, with the operator's parameters. */
import type { IExecuteFunctions } from 'n8n-workflow';
import { failure, success, type Outcome } from '../../alipay/errors/fault';
import { textOf } from '../../alipay/text/textOf';
import { readBizContent } from './call/bizContent';
import { refuseMisplaced } from './call/content';
import { readMethod } from './call/methodName';
import { hinted, nodeOf } from './call/node';
import { readParameters } from './call/publicParameters';
import { BIZ_CONTENT, PARAMETERS } from './form/anyApi';
import { unreadable } from './form/read';
import type { Operation, Task } from './operation';
import { perItem, type OptionsReader } from './parameters';

export function callAny(context: IExecuteFunctions, options: OptionsReader): Operation {
	const methodOf = perItem(context, 'method', '', readMethod);
	const bizContentOf = bizContentReader(context);
	const paramsOf = perItem(context, PARAMETERS.name, {}, readParameters);
	return {
		about: { noun: ['call', 'calls'], status: null },
		onlyReads: false,
		ofItem(index): Outcome<Task> {
			try {
				const chosen = options.ofItem(index);
				const { appAuthToken, maxTries, timeoutMs } = chosen;
				const method = methodOf(index);
				const content = bizContentOf(index);
				refuseMisplaced(method.name, content.bizContent);
				const call = { method, ...content, params: paramsOf(index) };
				return success({
					question: { ...call, appAuthToken, maxTries, timeoutMs, wait: null, isWhole: true },
					options: chosen,
					fieldsOf: (outcome) =>
						outcome.ok
							? nodeOf(method, outcome.value.json ?? '', outcome.value.trace_id)
							: failure(hinted(method, outcome.fault)),
				});
			} catch (error) {
				return unreadable(error);
			}
		},
	};
}

function bizContentReader(context: IExecuteFunctions) {
	const { name, default: usual } = BIZ_CONTENT;
	const raw = context.getNodeParameter(name, 0, usual, { rawExpressions: true });
	const isExpression = /^=\s*\S/.test(textOf(raw));
	return perItem(context, name, usual, (given) => readBizContent(given, isExpression));
}
