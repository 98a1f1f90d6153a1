/** Draws the bar charts of the docs. */
import * as echarts from 'echarts';

export interface Bars {
	title: string;
	subtext: string;
	/** The label under each group of bars. */
	groups: readonly string[];
	/** One bar in each group; undefined if there is no value. */
	series: ReadonlyArray<{
		name: string;
		color: string;
		values: ReadonlyArray<number | undefined>;
	}>;
}

/** An SVG. */
export function chart({ title, subtext, groups, series }: Bars): string {
	const picture = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 820, height: 400 });
	picture.setOption({
		animation: false,
		backgroundColor: '#ffffff',
		textStyle: { fontFamily: 'system-ui, sans-serif' },
		title: { text: title, subtext, left: 16, top: 12 },
		legend: {
			bottom: 12,
			itemGap: 22,
			textStyle: { fontSize: 12 },
			data: series.map(({ name }) => name),
		},
		grid: { left: 56, right: 24, top: 84, bottom: 76 },
		xAxis: { type: 'category', data: [...groups], axisTick: { show: false } },
		yAxis: { type: 'value' },
		series: series.map(({ name, color, values }) => ({
			name,
			type: 'bar',
			itemStyle: { color },
			label: { show: true, position: 'top' },
			data: values.map((value) => (value === undefined ? '-' : Math.round(value))),
		})),
	});
	const svg = picture.renderToSVGString();
	picture.dispose();
	return svg;
}
