import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

import type { Cloud } from './moons.ts';

/** A scatter plot for each step of a chain, noise first, as the text of an SVG image. */
export async function chainPlot(chain: readonly Cloud[]): Promise<string> {
  const values = chain.flatMap((cloud, j) =>
    cloud.map(({ moon, point: [x, y] }) => ({
      x,
      y,
      moon: ['upper', 'lower'][moon],
      step: chain.length - 1 - j,
    })),
  );
  const scale = { domain: [-1.9, 1.9] };
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    background: 'white',
    data: { values },
    columns: Math.ceil(chain.length / 2),
    facet: { field: 'step', type: 'ordinal', sort: 'descending', header: { title: 'denoising steps to go' } },
    spec: {
      width: 110,
      height: 110,
      mark: { type: 'point', filled: true, size: 8, opacity: 0.8, clip: true },
      encoding: {
        x: { field: 'x', type: 'quantitative', scale, axis: null },
        y: { field: 'y', type: 'quantitative', scale, axis: null },
        color: {
          field: 'moon',
          type: 'nominal',
          scale: { domain: ['upper', 'lower'], range: ['#0072b2', '#d55e00'] },
          legend: { title: 'moon asked for', orient: 'bottom' },
        },
      },
    },
    config: {
      aria: false,
      font: 'Helvetica, Arial, sans-serif',
      padding: 12,
      view: { stroke: '#cccccc' },
      facet: { spacing: 8 },
    },
  };
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
