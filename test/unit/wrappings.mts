/**
 * What programs, forms, editors and chats wrap around a key on its way. All characters of the key
 * remain.
 */

interface Wrapping {
	name: string;
	wrap: (text: string) => string;
}

const lines = (text: string) => text.trim().split('\n');
const eachLine = (text: string, change: (line: string) => string) => lines(text).map(change);
const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, '0');

/** Quoted-printable by RFC 2045: at most 75 characters and "=" a line, and no sequence is split. */
const quotedPrintable = (text: string) =>
	text
		.split('\n')
		.map((line) => {
			const signs = [...line].flatMap((char) =>
				/[ -<>-~]/.test(char) ? [char] : [...Buffer.from(char)].map((byte) => `=${hex(byte)}`),
			);
			const rows = [''];
			for (const sign of signs) {
				const row = rows.at(-1) ?? '';
				if (row.length + sign.length > 75) rows.push(sign);
				else rows[rows.length - 1] = row + sign;
			}
			return rows.join('=\n');
		})
		.join('\n');

export const WRAPPINGS: readonly Wrapping[] = [
	{ name: 'nothing', wrap: (text) => text },
	{ name: 'CRLF', wrap: (text) => text.replaceAll('\n', '\r\n') },
	{ name: 'indented lines', wrap: (text) => eachLine(text, (line) => `\t  ${line}`).join('\n') },
	{ name: 'blank lines', wrap: (text) => text.replaceAll('\n', '\n\n') },
	{ name: 'a byte order mark', wrap: (text) => `\ufeff${text}` },
	{ name: 'zero-width characters', wrap: (text) => text.replace(/(.{7})/g, '$1\u200b') },
	{ name: 'no-break spaces', wrap: (text) => eachLine(text, (line) => `\u00a0${line}`).join('\n') },
	{
		name: 'full-width signs',
		wrap: (text) => text.replace(/[+/=]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
	},
	{ name: 'double quotes', wrap: (text) => `"${text}"` },
	{ name: 'single quotes', wrap: (text) => `'${text}'` },
	{ name: 'typographic quotes', wrap: (text) => `“${text}”` },
	{ name: 'corner brackets', wrap: (text) => `「${text}」` },
	{ name: 'title brackets', wrap: (text) => `《${text}》` },
	{ name: 'Chinese punctuation behind', wrap: (text) => `${text}，。；` },
	{ name: 'a semicolon behind', wrap: (text) => `${text.trim()};` },
	{ name: 'e-mail quotation', wrap: (text) => eachLine(text, (line) => `> ${line}`).join('\n') },
	{
		name: 'nested e-mail quotation',
		wrap: (text) => eachLine(text, (l) => `>> > ${l}`).join('\n'),
	},
	{ name: 'a Markdown fence', wrap: (text) => `\`\`\`pem\n${text.trim()}\n\`\`\`` },
	{ name: 'backticks', wrap: (text) => `\`${text}\`` },
	{ name: 'a comment above', wrap: (text) => `# the key of the shop\n${text}` },
	{ name: 'NAME=', wrap: (text) => `ALIPAY_PRIVATE_KEY=${text}` },
	{ name: 'export NAME="…"', wrap: (text) => `export ALIPAY_KEY="${text}"` },
	{ name: 'NAME: …', wrap: (text) => `Private Key: ${text}` },
	{ name: '私钥：…', wrap: (text) => `应用私钥：${text}` },
	{ name: 'a heading in Chinese', wrap: (text) => `应用私钥\n${text}` },
	{ name: 'a sentence behind', wrap: (text) => `${text.trim()}\n\n请妥善保管，不要外传！` },
	{ name: 'bytes of Python', wrap: (text) => `b'${text.trim().replaceAll('\n', '\\n')}'` },
	{ name: 'a YAML block', wrap: (text) => `key: |\n${eachLine(text, (l) => `  ${l}`).join('\n')}` },
	{ name: 'a JSON string', wrap: (text) => JSON.stringify(text) },
	{ name: 'JSON', wrap: (text) => JSON.stringify({ appId: '2021', privateKey: text }, null, 2) },
	{ name: 'an XML element', wrap: (text) => `<privateKey>${text}</privateKey>` },
	{ name: 'CDATA', wrap: (text) => `<key><![CDATA[${text}]]></key>` },
	{ name: 'HTML', wrap: (text) => `<p>${eachLine(text, (line) => line).join('<br>')}</p>` },
	{ name: 'PHP', wrap: (text) => `'${text.replaceAll('/', '\\/')}'` },
	{
		name: 'concatenated strings (+ at the end)',
		wrap: (text) => `key = ${eachLine(text, (line) => JSON.stringify(line)).join(' +\n  ')};`,
	},
	{
		name: 'concatenated strings (+ in front)',
		wrap: (text) => eachLine(text, (line) => JSON.stringify(`${line}\n`)).join('\n\t+ '),
	},
	{
		name: 'concatenated strings (PHP)',
		wrap: (text) => `${eachLine(text, (line) => JSON.stringify(line)).join(' .\n')};`,
	},
	{ name: 'continued lines', wrap: (text) => eachLine(text, (line) => line).join('\\\n') },
	{ name: '\\n as text', wrap: (text) => eachLine(text, (line) => line).join('\\n') },
	{ name: '\\r\\n as text', wrap: (text) => eachLine(text, (line) => line).join('\\r\\n') },
	{ name: '\\u003d', wrap: (text) => text.replaceAll('=', '\\u003d').replaceAll('+', '\\u002B') },
	{ name: 'percent-encoding', wrap: encodeURIComponent },
	{
		name: 'percent-encoding of signs',
		wrap: (text) => text.replace(/[+/=\n]/g, (char) => `%${hex(char.charCodeAt(0))}`),
	},
	{
		name: 'HTML entities',
		wrap: (text) =>
			text
				.replaceAll('&', '&amp;')
				.replaceAll('+', '&#43;')
				.replaceAll('/', '&#x2F;')
				.replaceAll('=', '&equals;')
				.replaceAll('<', '&lt;')
				.replaceAll('>', '&gt;')
				.replaceAll('"', '&quot;'),
	},
	{ name: 'quoted-printable', wrap: quotedPrintable },
	{
		name: 'numbered lines',
		wrap: (text) =>
			lines(text)
				.map((line, index) => `${index + 1}: ${line}`)
				.join('\n'),
	},
	{ name: 'base64', wrap: (text) => Buffer.from(text).toString('base64') },
	{
		name: 'base64 in a data: address',
		wrap: (text) => `data:text/plain;base64,${Buffer.from(text).toString('base64')}`,
	},
	{
		name: 'base64 in lines',
		wrap: (text) =>
			Buffer.from(text)
				.toString('base64')
				.replace(/(.{76})/g, '$1\n'),
	},
];
