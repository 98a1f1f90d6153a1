import { alipayPair, generatedNumbers } from '../simulator/fixtures/couponOperation.mts';

/** The rows to look up. The share `repeated`, for example 0.5, have the same numbers as another row. */
export function rowsOf(count: number, repeated: number) {
	const different = Math.round(count * (1 - repeated));
	return Array.from({ length: count }, (_, index) =>
		alipayPair(generatedNumbers((index % different) + 1)),
	);
}
