/** Tables of Markdown. */

export const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;

export const table = (
	head: readonly string[],
	rows: ReadonlyArray<readonly string[]>,
): string[] => [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))];

export const code = (text: string) => `\`${text}\``;
