import type { IExecuteFunctions } from 'n8n-workflow';
import type { Outcome } from '../../alipay/errors/fault';
import type { Field } from './item';

/** What one item asks for: the parameters of the method by Alipay's names, as they go into biz_content. */
export type Asked = Readonly<Record<string, string>>;

/** What one read-only API of Alipay differs in from the next. A run does the rest alike for all. */
export interface Query {
	/** Alipay's name, e.g. `alipay.fund.coupon.operation.query`. */
	method: string;
	/** What is looked up, in the plural; for the notes of a run. */
	noun: string;
	/** The fields of the answer, in the order of the item. */
	fields: readonly Field[];
	/** The field that tells how far it is, and the one value of it that may still change. */
	status: Readonly<{ field: string; open: string }>;
	/** The business codes by which Alipay says that there is none. */
	notFound: readonly string[];
	/** How the form calls each parameter. */
	labels: Readonly<Record<string, string>>;
	/** The parameters by which Alipay finds it; an answer must repeat their values. */
	decisive(asked: Asked): readonly string[];
	/** Reads from the parameters of the node what an item asks for. */
	reader(context: IExecuteFunctions): (index: number) => Outcome<Asked>;
}
