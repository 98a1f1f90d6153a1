/** Checks that a page is English, and where it may contain Chinese. */
import { finding, isChinese } from './pages.mts';
import type { Page } from './pages.mts';

const CHINESE =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;

/** Text that a page quotes, such as the name of a menu in Alipay's console. */
const QUOTED = /“[^”]*”|"[^"]*"/g;

/**
 * Chinese on an English page. It is allowed in code within a sentence, between quotation marks, and
 * in a link to a page in Chinese.
 */
export function chineseFaults(page: Page): string[] {
	const leadsToChinese = (href = '') => /(?:^|\/)zh-CN(?:\/|$)/.test(href);
	const prose = page.prose
		.filter(({ text, href }) => !leadsToChinese(href) && CHINESE.test(text.replace(QUOTED, '')))
		.map((place) => finding(page, place, `is not English: ${place.text}`));
	const blocks = page.fences.flatMap(({ line, info, text }) =>
		text.split('\n').flatMap((row, at) => {
			// The text begins on the line after the fence.
			const place = { line: line + 1 + at };
			// Quoted text in code is data, such as Alipay's own words.
			const quoted = { ts: /'[^']*'/g, yaml: /'[^']*'/g, text: QUOTED }[info];
			const words = quoted ? row.replace(quoted, '') : row;
			return CHINESE.test(words) ? [finding(page, place, `is not English: ${row}`)] : [];
		}),
	);
	return isChinese(page.file) ? [] : [...prose, ...blocks];
}
