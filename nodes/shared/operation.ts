import type { IDataObject } from 'n8n-workflow';
import type { Outcome } from '../../alipay/errors/fault';
import type { Method } from '../../alipay/methods/method';
import type { QueryOptions } from './form/options';
import type { FoundAnswer, Question } from './questions';

/** An operation of the node: it turns the parameters of an item into a question, and the response into an item. */
export interface Operation {
	/** The noun and statuses for messages. */
	about: Pick<Method, 'noun' | 'status'>;
	/** Whether all its calls only read. */
	onlyReads: boolean;
	/** An expression that fails is a fault of only this item. */
	ofItem: (index: number) => Outcome<Task>;
}

export interface Task {
	question: Question;
	options: QueryOptions;
	/** The fields of the output item, or a fault. */
	fieldsOf: (outcome: Outcome<FoundAnswer>) => Outcome<IDataObject>;
}
