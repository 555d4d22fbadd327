import { svgOf } from './chart.ts';
import { ticksOf } from './ticks.ts';

/** How many values lie in each of equal parts of [min, max]; all in the first where the two are one. */
export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly histogram: readonly number[];
}

/** A histogram as the text of an SVG image, `x` below it. */
export async function histogramPicture(
  { min, max, histogram }: Histogram,
  x: string,
  { width = 300, height = 150 }: { readonly width?: number; readonly height?: number } = {},
): Promise<string> {
  const edge = (bin: number): number => min + ((max - min) * bin) / histogram.length;
  const values =
    min === max
      ? [{ from: min - 0.5, to: min + 0.5, count: histogram[0] }]
      : histogram.map((count, bin) => ({ from: edge(bin), to: edge(bin + 1), count }));
  const { format } = ticksOf([min, max]);
  return svgOf({
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width,
    height,
    autosize: { type: 'fit', contains: 'padding' },
    background: 'white',
    data: { values },
    mark: { type: 'bar', color: '#0072b2', binSpacing: 1 },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        bin: { binned: true },
        title: x,
        axis: { grid: false, tickCount: 5, ...(format && { format }) },
        scale: { nice: false, zero: false, domain: [values[0].from, values[values.length - 1].to] },
      },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', title: null, axis: { tickCount: 3, format: '~s' } },
    },
    config: {
      font: 'Helvetica, Arial, sans-serif',
      padding: 4,
      axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#e8e8e8' },
      view: { stroke: null },
    },
  });
}
