/** A text as it is, '' for nothing, the JSON of anything else: what a stored setting of any type says. */
export function textOf(value: unknown): string {
	if (typeof value === 'string') return value;
	if (value === undefined || value === null) return '';
	return JSON.stringify(value);
}
