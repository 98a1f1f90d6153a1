/** A stored value as text: text unchanged, '' for undefined or null, JSON for anything else. */
export function textOf(value: unknown): string {
	if (typeof value === 'string') return value;
	if (value === undefined || value === null) return '';
	return JSON.stringify(value);
}
