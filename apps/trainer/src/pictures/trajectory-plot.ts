import type { TopLevelSpec } from 'vega-lite';

import { svgOf } from './chart.ts';
import type { Place, Scene } from './scene.ts';

/** The episodes of one policy. */
export interface Panel {
  readonly name: string;
  /** what was observed in each, from its reset on */
  readonly episodes: readonly (readonly Float32Array[])[];
}

type Layered = Extract<TopLevelSpec, { layer: unknown }>;

/**
 * Trajectories in a scene, one column for each policy and a row for each thing that moves, as the text of an SVG image; `about` stands
 * above them. Throws a RangeError where there is no panel.
 */
export async function trajectoryPlot(
  scene: Scene,
  panels: readonly Panel[],
  about: readonly string[],
): Promise<string> {
  if (panels.length === 0) throw new RangeError('trajectoryPlot: 0 panels, wanted one or more');
  return svgOf({
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    background: 'white',
    title: { text: 'Trajectories without exploration', subtitle: [...about] },
    vconcat: scene.movers.map((mover) => ({
      hconcat: panels.map((panel) => panelSpec(scene, mover, panel)),
    })),
    config: {
      font: 'Helvetica, Arial, sans-serif',
      padding: 16,
      title: { fontSize: 14, anchor: 'start', offset: 10, subtitleFontSize: 12, subtitleColor: '#5c6570' },
      axis: { labelFontSize: 12, titleFontSize: 13, titleFontWeight: 'normal', grid: false, tickCount: 5 },
      legend: { labelFontSize: 13, labelLimit: 260, symbolStrokeWidth: 3 },
      view: { stroke: '#cccccc' },
    },
  });
}

function panelSpec(scene: Scene, mover: Scene['movers'][number], { name, episodes }: Panel): Layered {
  const { unit, x, y, scale, discs, lines, outcomes, wanted, outcomeOf } = scene;
  const { placeIn, outlineIn } = mover;
  const found = episodes.map((episode) => ({ episode, outcome: outcomeOf(episode) }));
  const reached = found.filter(({ outcome }) => outcome === outcomes[0].name).length;
  const color = {
    field: 'outcome',
    type: 'nominal',
    scale: { domain: outcomes.map((each) => each.name), range: outcomes.map((each) => each.color) },
    legend: { title: null, orient: 'bottom', symbolType: 'stroke', symbolOpacity: 1 },
  } as const;
  const place = { x: along('x', x, unit), y: along('y', y, unit) };
  const line = { ...place, detail: { field: 'line' }, order: { field: 'step' } } as const;
  const drawn = (places: (episode: readonly Float32Array[]) => readonly Place[]): object[] =>
    found.flatMap(({ episode, outcome }, i) =>
      places(episode).map(([px, py], step) => ({ x: px, y: py, step, line: i, outcome })),
    );

  return {
    title: { text: `${name}: ${reached} of ${episodes.length} ${wanted}`, subtitle: mover.name },
    width: Math.abs(x[1] - x[0]) * scale,
    height: Math.abs(y[1] - y[0]) * scale,
    layer: [
      {
        // vega's circle of a size has the diameter √size, in pixels
        data: {
          values: discs.map(({ at, radius }) => ({ x: at[0], y: at[1], size: (2 * radius * scale) ** 2 })),
        },
        mark: { type: 'circle', color: '#888888', opacity: 1 },
        encoding: { ...place, size: { field: 'size', type: 'quantitative', scale: null } },
      },
      ...lines.map(({ places, color: stroke, dash, fill }) => ({
        data: { values: places.map(([px, py], step) => ({ x: px, y: py, step })) },
        mark: {
          type: 'line' as const,
          color: stroke,
          ...(dash && { strokeDash: [...dash] }),
          ...(fill !== undefined && { fill, fillOpacity: 0.25 }),
        },
        encoding: { ...place, order: { field: 'step' } },
      })),
      {
        data: { values: drawn((episode) => episode.map(placeIn)) },
        mark: { type: 'line', strokeWidth: 1.2, opacity: 0.6, clip: true },
        encoding: { ...line, color },
      },
      ...(outlineIn === undefined
        ? []
        : [
            {
              data: { values: drawn((episode) => outlineIn(episode[episode.length - 1])) },
              mark: { type: 'line' as const, strokeWidth: 1, opacity: 0.35, clip: true },
              encoding: { ...line, color },
            },
          ]),
    ],
  };
}

/** Everything in a panel has its place along both axes. */
function along(field: 'x' | 'y', [from, to]: readonly [number, number], unit: string) {
  const scale = { domain: [from, to], nice: false, zero: false };
  return { field, type: 'quantitative', title: `${field}, ${unit}`, scale } as const;
}
