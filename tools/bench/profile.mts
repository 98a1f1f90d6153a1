/** Splits V8's profile of a run into parts. The first matching rule on its stack decides the part of a sample. */
import type { Profiler } from 'node:inspector';

interface Rule {
	part: string;
	matches: (frame: { functionName: string; url: string }) => boolean;
}

const named = (part: string, names: RegExp): Rule => ({
	part,
	matches: ({ functionName }) => names.test(functionName),
});
const within = (part: string, urls: RegExp): Rule => ({
	part,
	matches: ({ url }) => urls.test(url),
});

const IDLE = 'idle';
const RULES: readonly Rule[] = [
	named(IDLE, /^\(idle\)$/),
	named('Garbage collection', /^\(garbage collector\)$/),
	named('RSA signature of the request', /^signOneShot$/),
	named('RSA verification of the response', /^verifyOneShot$/),
	within('This node, everything else', /Alipay\.node\.js$/),
	named("n8n's evaluation of the fields", /getNodeParameter$/),
	within('A new TLS connection for each request', /^node:(_tls|internal\/tls|net|tls)/),
	within(
		"n8n's HTTP helper",
		/axios|follow-redirects|backend-network|^node:(_http|https|internal\/stream)/,
	),
];
const REST = 'Everything else (engine, streams, native code)';

export type Parts = Array<{ part: string; msPerItem: number; share: number }>;

/** Milliseconds of the main thread per item, by part, the largest first. */
export function partsOf(profile: Profiler.Profile, items: number): Parts {
	const parents = new Map<number, number>();
	for (const { id, children } of profile.nodes)
		for (const child of children ?? []) parents.set(child, id);
	const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));

	function partOf(sample: number): string {
		for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
			const frame = frames.get(id);
			const rule = frame && RULES.find(({ matches }) => matches(frame));
			if (rule) return rule.part;
		}
		return REST;
	}

	const micros = new Map<string, number>();
	for (const [index, sample] of (profile.samples ?? []).entries()) {
		const part = partOf(sample);
		micros.set(part, (micros.get(part) ?? 0) + (profile.timeDeltas?.[index] ?? 0));
	}
	micros.delete(IDLE);
	const total = [...micros.values()].reduce((sum, time) => sum + time, 0);
	return [...micros]
		.map(([part, time]) => ({ part, msPerItem: time / 1000 / items, share: time / total }))
		.sort((a, b) => b.share - a.share);
}
