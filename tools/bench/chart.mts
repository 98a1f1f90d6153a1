/** The picture of the docs: items per second by concurrency. */
import * as echarts from 'echarts';
import type { Summary } from './report.mts';
import { CONCURRENCIES, nameOf, ONE_BY_ONE } from './scenarios.mts';

const SERIES = [
	['This node', 'node', '#1677ff'],
	['Least possible in n8n', 'floor', '#9db8d9'],
	['Alipay SDK, as concurrent', 'SDK', '#d0d0d0'],
	['Alipay SDK, one by one', null, '#f0b27a'],
] as const;

/** An SVG. */
export function chart({ scenarios }: Summary): string {
	const speed = (name: string) => Math.round(scenarios[name]?.itemsPerSecond ?? 0);
	const picture = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 820, height: 400 });
	picture.setOption({
		animation: false,
		backgroundColor: '#ffffff',
		textStyle: { fontFamily: 'system-ui, sans-serif' },
		title: {
			text: 'Operations looked up per second',
			subtext: 'Every answer takes 50 ms, over TLS. More is better.',
			left: 16,
			top: 12,
		},
		legend: {
			bottom: 12,
			itemGap: 22,
			textStyle: { fontSize: 12 },
			data: SERIES.map(([label]) => label),
		},
		grid: { left: 56, right: 24, top: 84, bottom: 76 },
		xAxis: {
			type: 'category',
			data: CONCURRENCIES.map((concurrency) => `Concurrency ${concurrency}`),
			axisTick: { show: false },
		},
		yAxis: { type: 'value' },
		series: SERIES.map(([name, who, color]) => ({
			name,
			type: 'bar',
			itemStyle: { color },
			label: { show: true, position: 'top' },
			data: CONCURRENCIES.map((concurrency) =>
				speed(who === null ? ONE_BY_ONE : nameOf(who, concurrency)),
			),
		})),
	});
	const svg = picture.renderToSVGString();
	picture.dispose();
	return svg;
}
