/** The picture of the docs: items per second by concurrency. */
import * as echarts from 'echarts';
import type { Summary } from './report.mts';
import { CONCURRENCIES } from './scenarios.mts';

const SERIES = [
	['This node', 'node', '#1677ff'],
	['The least a node in n8n can do', 'floor', '#9db8d9'],
	['Alipay SDK at the same concurrency', 'SDK', '#d0d0d0'],
] as const;

/** An SVG. */
export function chart({ scenarios }: Summary): string {
	const speed = (name: string) => Math.round(scenarios[name]?.itemsPerSecond ?? 0);
	const alone = speed('SDK, one after another');
	const picture = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 760, height: 400 });
	picture.setOption({
		animation: false,
		backgroundColor: '#ffffff',
		textStyle: { fontFamily: 'system-ui, sans-serif' },
		title: {
			text: 'Operations looked up per second',
			subtext: `Answers take 50 ms. Alipay's SDK, one request after another: ${alone} per second`,
			left: 16,
			top: 12,
		},
		legend: { bottom: 12, data: SERIES.map(([label]) => label) },
		grid: { left: 56, right: 24, top: 84, bottom: 76 },
		xAxis: {
			type: 'category',
			data: CONCURRENCIES.map((concurrency) => `Concurrency ${concurrency}`),
			axisTick: { show: false },
		},
		yAxis: { type: 'value' },
		series: SERIES.map(([name, who, color]) => ({
			...{ name, type: 'bar', itemStyle: { color }, label: { show: true, position: 'top' } },
			data: CONCURRENCIES.map((concurrency) => speed(`${who} at ${concurrency}`)),
		})),
	});
	const svg = picture.renderToSVGString();
	picture.dispose();
	return svg;
}
