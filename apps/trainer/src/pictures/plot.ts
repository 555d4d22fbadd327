import { svgOf } from './chart.ts';

/** One line of a learning curve. */
export interface Series {
  readonly name: string;
  /** low and high, where given, bound a band around the line, such as one standard deviation. */
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low?: number;
    readonly high?: number;
  }[];
}

/** Above this many points a line is easier to read without its dots. */
const mostDots = 60;

/** Colours that stay apart for the colour-blind (Okabe and Ito, 2008). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#555555'];

/**
 * Lines over a common axis as the text of an SVG image; points that are not finite are gaps, and a single line has no legend.
 * Throws a RangeError where there is no series.
 */
export async function learningCurve(chart: {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** of the area within the axes, pixels */
  readonly width?: number;
  readonly height?: number;
}): Promise<string> {
  const { title, xLabel, yLabel, series, width = 640, height = 360 } = chart;
  if (series.length === 0) throw new RangeError('learningCurve: 0 series, expected one or more');
  const values = series.flatMap(({ name, points }) => points.map((point) => ({ ...point, name })));
  const bands = values.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  const dots = series.every(({ points }) => points.length <= mostDots);
  const legend =
    series.length > 1
      ? { title: null, orient: 'bottom' as const, symbolType: 'stroke', symbolOpacity: 1, columns: 3 }
      : null;

  return svgOf({
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title,
    width,
    height,
    background: 'white',
    encoding: {
      x: { field: 'x', type: 'quantitative', title: xLabel, scale: { zero: false, nice: false } },
      color: {
        field: 'name',
        type: 'nominal',
        scale: { domain: series.map(({ name }) => name), range: colours },
        legend,
      },
    },
    layer: [
      {
        data: { values: bands },
        mark: { type: 'area', opacity: 0.18 },
        encoding: {
          y: { field: 'low', type: 'quantitative', title: yLabel, scale: { zero: false } },
          y2: { field: 'high' },
        },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 2, ...(dots && { point: { size: 28, filled: true } }) },
        encoding: { y: { field: 'y', type: 'quantitative', title: yLabel, scale: { zero: false } } },
      },
    ],
    config: {
      font: 'Helvetica, Arial, sans-serif',
      padding: 16,
      title: { fontSize: 16, anchor: 'start', offset: 14 },
      axis: {
        labelFontSize: 12,
        titleFontSize: 13,
        titleFontWeight: 'normal',
        gridColor: '#e8e8e8',
        titlePadding: 10,
        labelFlush: false,
        tickCount: 7,
      },
      legend: { labelFontSize: 13, labelLimit: 260, symbolStrokeWidth: 3 },
      view: { stroke: null },
    },
  });
}
