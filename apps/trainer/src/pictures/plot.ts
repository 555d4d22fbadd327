import { svgOf } from './chart.ts';
import { axisTitle, mostTicks, ticksOf } from './ticks.ts';

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

/** What an axis shows, and in which unit. */
export interface Quantity {
  readonly label: string;
  readonly unit?: string;
}

/** Above this many points a line is easier to read without its dots. */
const mostDots = 60;

/** Colours that stay apart for the colour-blind (Okabe and Ito, 2008), and a grey for light and dark paper. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#888888'];

/**
 * Lines over a common axis as the text of an SVG image; points that are not finite are gaps, and a single line has no legend.
 * Throws a RangeError where there is no series.
 */
export async function learningCurve(chart: {
  readonly title: string;
  /** Lines below the title: what was run where, what the bands are. */
  readonly subtitle?: readonly string[];
  readonly x: Quantity;
  readonly y: Quantity;
  readonly series: readonly Series[];
  /** of the whole, pixels */
  readonly width?: number;
  readonly height?: number;
}): Promise<string> {
  const { title, subtitle = [], x, y, series, width = 760, height = 460 } = chart;
  if (series.length === 0) throw new RangeError('learningCurve: 0 series, wanted one or more');
  const points = series.flatMap((one) => one.points.map((point) => ({ ...point, name: one.name })));
  const xTicks = ticksOf(points.map((point) => point.x));
  const yTicks = ticksOf(points.flatMap((point) => [point.y, point.low ?? point.y, point.high ?? point.y]));
  const [xScale, yScale] = [xTicks, yTicks].map(({ exponent }) => 10 ** -exponent);
  const values = points.map((point) => ({
    name: point.name,
    x: point.x * xScale,
    y: point.y * yScale,
    low: (point.low ?? NaN) * yScale,
    high: (point.high ?? NaN) * yScale,
  }));
  const bands = values.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  const dots = series.every((one) => one.points.length <= mostDots);
  const yTitle = axisTitle(y.label, y.unit, yTicks.exponent);
  const yAxis = { ...(yTicks.format && { format: yTicks.format }) };
  const longest = Math.max(...series.map(({ name }) => name.length));
  // Vega, which cannot measure text here, leaves 0.8 em for a letter, and 40 pixels for the line.
  const columns = Math.max(1, Math.floor(width / Math.min(300, 40 + 0.8 * 13 * longest)));
  const legend =
    series.length > 1
      ? { title: null, orient: 'bottom' as const, symbolType: 'stroke', symbolOpacity: 1, columns }
      : null;

  return svgOf({
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title: { text: title, ...(subtitle.length > 0 && { subtitle: [...subtitle] }) },
    width,
    height,
    autosize: { type: 'fit', contains: 'padding' },
    background: 'white',
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: axisTitle(x.label, x.unit, xTicks.exponent),
        axis: {
          ...(xTicks.format && { format: xTicks.format }),
          ...(xTicks.count !== undefined && { tickCount: xTicks.count }),
        },
        scale: { zero: false, nice: false },
      },
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
          y: { field: 'low', type: 'quantitative', title: yTitle, axis: yAxis, scale: { zero: false } },
          y2: { field: 'high' },
        },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 2, ...(dots && { point: { size: 28, filled: true } }) },
        encoding: {
          y: { field: 'y', type: 'quantitative', title: yTitle, axis: yAxis, scale: { zero: false } },
        },
      },
    ],
    config: {
      font: 'Helvetica, Arial, sans-serif',
      padding: 16,
      title: {
        fontSize: 16,
        anchor: 'start',
        offset: 14,
        subtitleFontSize: 12,
        subtitlePadding: 5,
        subtitleLineHeight: 16,
        subtitleColor: '#5c6570',
      },
      axis: {
        labelFontSize: 12,
        titleFontSize: 13,
        titleFontWeight: 'normal',
        gridColor: '#e8e8e8',
        titlePadding: 10,
        labelFlush: false,
        tickCount: mostTicks,
      },
      legend: { labelFontSize: 13, labelLimit: 260, symbolStrokeWidth: 3 },
      view: { stroke: null },
    },
  });
}
