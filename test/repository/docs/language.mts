/** Where a page is English and where Chinese may stand in it. */
import { finding, isChinese } from './pages.mts';
import type { Page } from './pages.mts';

const CHINESE =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;

/** What a page quotes, e.g. the name of a menu in Alipay's console. */
const QUOTED = /“[^”]*”|"[^"]*"/g;

/**
 * Chinese on an English page. It may stand in code within a sentence, between quotation marks, and in
 * a link to a page in Chinese.
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
			// What code has between quotation marks is data: Alipay's own words.
			const words = info === 'ts' ? row.replace(/'[^']*'/g, '') : row;
			return CHINESE.test(words) ? [finding(page, place, `is not English: ${row}`)] : [];
		}),
	);
	return isChinese(page.file) ? [] : [...prose, ...blocks];
}
