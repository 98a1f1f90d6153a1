/**
 * The published vectors of other Alipay SDKs. They belong to their authors and are no part of this
 * project: the tests read them from a folder of their own, and are skipped where there is none.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER =
	process.env.ALIPAY_VECTORS ?? fileURLToPath(new URL('../../../shared/vectors/', import.meta.url));

export const vectorsAbsent = !existsSync(FOLDER);

/** Ends the title of a describe block, so that the report says why it was skipped. */
export const SKIPPED = vectorsAbsent
	? ' (skipped: no folder ../shared/vectors, and none in ALIPAY_VECTORS)'
	: '';

/** The text of one file; '' where there are none, so that skipped tests can be collected. */
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
	/** The exact signed text, and the whole answer around it. */
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
	/** The official SDK's words when it refuses the answer. */
	expect_error?: string;
}

export interface UpstreamRequest {
	id: string;
	params: Record<string, string>;
	sign_source: string;
	sign: string;
	sign_type: 'RSA' | 'RSA2';
	public_key: string;
	/** A file, or a remark on why there is none. */
	private_key: string;
}

export interface Certificate {
	file: string;
	kind: 'certificate' | 'root-bundle';
	pem_blocks: number;
	/** The first certificate of the file. */
	leaf?: { spki_base64: string; sn: string; sig_alg_oid: string };
	other_blocks?: Array<{ sn: string }>;
	/** Of a root bundle. */
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
