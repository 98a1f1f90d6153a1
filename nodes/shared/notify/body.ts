/** The used part of a Node.js request. n8n adds `rawBody` to a request that it has read. */
export interface IncomingRequest {
	rawBody?: Buffer | undefined;
	iterator: (options: { destroyOnReturn: boolean }) => AsyncIterable<Buffer>;
}

/**
 * The bytes of a request; null if there are more than `limit`. n8n has not read them: it would decode them
 * by the Content-Type, or refuse them because of it (`charset=GBK`).
 */
export async function readBody(request: IncomingRequest, limit: number): Promise<Buffer | null> {
	if (request.rawBody) return request.rawBody.length > limit ? null : request.rawBody;
	const chunks: Buffer[] = [];
	let length = 0;
	// The connection must stay open for the response.
	for await (const chunk of request.iterator({ destroyOnReturn: false })) {
		length += chunk.length;
		if (length > limit) return null;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
