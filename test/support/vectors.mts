/**
 * The published vectors of other Alipay SDKs. They belong to their authors and are not part of this
 * project. The tests read them from a separate folder, and are skipped when the folder is missing.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER =
	process.env.ALIPAY_VECTORS ?? fileURLToPath(new URL('../../../shared/vectors/', import.meta.url));

export const vectorsAbsent = !existsSync(FOLDER);

/** Ends the title of a describe block, so the report says why it was skipped. */
export const SKIPPED = vectorsAbsent
	? ' (skipped: no folder ../shared/vectors, and none in ALIPAY_VECTORS)'
	: '';

/** The text of one file; '' when it is missing, so vitest can collect the skipped tests. */
export function vectorText(file: string): string {
	return vectorsAbsent ? '' : readFileSync(path.join(FOLDER, file), 'utf8');
}

function vectorsOf<T>(file: string): readonly T[] {
	return vectorsAbsent ? [] : (JSON.parse(vectorText(file)) as { vectors: T[] }).vectors;
}

export interface RealAnswer {
	id: string;
	/** Name of the response node. */
	node: string;
	/** The exact signed text, and the whole response around it. */
	content: string;
	raw: string;
	sign_type: string;
	/** SPKI in base64. */
	public_key: string;
	alipay_cert_sn?: string;
}

export interface Extraction {
	id: string;
	node: string;
	raw: string;
	signed_text?: string;
	/** The official SDK's message when it refuses the response. */
	expect_error?: string;
}

export interface UpstreamRequest {
	id: string;
	params: Record<string, string>;
	sign_source: string;
	sign: string;
	sign_type: 'RSA' | 'RSA2';
	public_key: string;
	/** A file, or a remark on why it is missing. */
	private_key: string;
}

export interface Certificate {
	file: string;
	kind: 'certificate' | 'root-bundle';
	pem_blocks: number;
	/** The first certificate of the file. */
	leaf?: { spki_base64: string; sn: string; sig_alg_oid: string };
	other_blocks?: Array<{ sn: string }>;
	/** For a root bundle. */
	blocks?: Array<{ sn: string; counts: boolean }>;
	root_sn_rsa?: string;
}

export interface Encrypted {
	/** Both in base64. */
	key: string;
	cipher: string;
	plain: string;
	source: string;
}

export const REAL_ANSWERS = vectorsOf<RealAnswer>('responses/real.json');
export const EXTRACTIONS = vectorsOf<Extraction>('extract/vectors.json');
export const UPSTREAM_REQUESTS = vectorsOf<UpstreamRequest>('requests/upstream.json');
export const ENCRYPTED = vectorsOf<Encrypted>('aes/vectors.json');
export const CERTIFICATES = vectorsOf<Certificate>('certs.json');

/** A response of any method, of both folders. */
export interface SignedAnswer {
	id: string;
	method: string;
	/** The signed text of the node. */
	content: string;
	raw: string;
	sign_type: string;
	public_key: string;
	/** Whether the signature matches. */
	isGenuine: boolean;
}

interface AnswerFile extends Omit<SignedAnswer, 'isGenuine' | 'content' | 'public_key'> {
	signed_text: string;
	public_key_pem: string;
	expect_verify: boolean;
}

const ofFile = (file: string): SignedAnswer => {
	const vector = JSON.parse(vectorText(file)) as AnswerFile;
	const { signed_text, public_key_pem, expect_verify, ...rest } = vector;
	return { ...rest, content: signed_text, public_key: public_key_pem, isGenuine: expect_verify };
};

const filesOf = (folder: string): string[] =>
	vectorsAbsent
		? []
		: readdirSync(path.join(FOLDER, folder))
				.filter((file) => file.endsWith('.json'))
				.map((file) => `${folder}/${file}`);

export const SIGNED_ANSWERS: readonly SignedAnswer[] = [
	...REAL_ANSWERS.map(({ node, ...vector }) => ({
		...vector,
		method: node.replace(/_response$/, '').replaceAll('_', '.'),
		isGenuine: true,
	})),
	...filesOf('answers').map(ofFile),
];

/** A form that Alipay posted, or another set of signed parameters. */
export interface NotificationVector {
	id: string;
	/** As posted. */
	body: string;
	params: Record<string, string>;
	content_type: string;
	sign_type: 'RSA' | 'RSA2';
	expect_verify: boolean;
	/** For a vector that verifies. */
	signed_text?: string;
	public_key_pem: string;
}

export const NOTIFICATIONS: readonly NotificationVector[] = filesOf('notify').map(
	(file) => JSON.parse(vectorText(file)) as NotificationVector,
);
