import { field, rodRadius, rows, start } from '@dppo/avoid';
import type { TopLevelSpec } from 'vega-lite';

import { svgOf } from './chart.ts';

/** Where the rod was, step by step, in metres. */
export type Trajectory = readonly { readonly x: number; readonly y: number }[];

/** The trajectories of one policy. */
export interface Panel {
  readonly name: string;
  readonly trajectories: readonly Trajectory[];
}

/** Pixels per metre, along x and y. */
const scale = 400;
const xDomain = [field.left - 0.05, field.right + 0.05];
const yDomain = [start.y - 0.05, field.finish + 0.12];

const outcomes = ['arrives', 'touches an obstacle', 'does not arrive'] as const;
type Outcome = (typeof outcomes)[number];

/** Whether a trajectory passes the finish inside the field, and nothing before. */
export function outcomeOf(trajectory: Trajectory): Outcome {
  const touched = trajectory.some(({ x, y }) =>
    rows.flat().some((cylinder) => Math.hypot(x - cylinder.x, y - cylinder.y) < cylinder.radius + rodRadius),
  );
  if (touched) return 'touches an obstacle';
  const { x, y } = trajectory[trajectory.length - 1];
  return y > field.finish && x >= field.left && x <= field.right ? 'arrives' : 'does not arrive';
}

/**
 * Trajectories over the obstacles from above, one panel for each policy and all to one scale, as the text of an SVG image;
 * `about` stands above them. Throws a RangeError where there is no panel.
 */
export async function trajectoryPlot(panels: readonly Panel[], about: readonly string[]): Promise<string> {
  if (panels.length === 0) throw new RangeError('trajectoryPlot: 0 panels, wanted one or more');
  return svgOf({
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    background: 'white',
    title: { text: 'Trajectories without exploration', subtitle: [...about] },
    hconcat: panels.map(panelSpec),
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

/** Everything in a panel has its place from x and y. */
const place = {
  x: {
    field: 'x',
    type: 'quantitative',
    title: 'x, m',
    scale: { domain: xDomain, nice: false, zero: false },
  },
  y: {
    field: 'y',
    type: 'quantitative',
    title: 'y, m',
    scale: { domain: yDomain, nice: false, zero: false },
  },
} as const;

function panelSpec({ name, trajectories }: Panel): Extract<TopLevelSpec, { layer: unknown }> {
  const points = trajectories.flatMap((trajectory, episode) => {
    const outcome = outcomeOf(trajectory);
    return trajectory.map(({ x, y }, step) => ({ x, y, step, episode, outcome }));
  });
  const arrived = trajectories.filter((trajectory) => outcomeOf(trajectory) === 'arrives').length;
  // vega's circle of a size has the diameter √size, in pixels
  const cylinders = rows.flat().map(({ x, y, radius }) => ({ x, y, size: (2 * radius * scale) ** 2 }));

  return {
    title: `${name}: ${arrived} of ${trajectories.length} arrive`,
    width: (xDomain[1] - xDomain[0]) * scale,
    height: (yDomain[1] - yDomain[0]) * scale,
    layer: [
      {
        data: { values: cylinders },
        mark: { type: 'circle', color: '#888888', opacity: 1 },
        encoding: { ...place, size: { field: 'size', type: 'quantitative', scale: null } },
      },
      {
        data: {
          values: [
            { x: field.left, y: field.finish },
            { x: field.right, y: field.finish },
          ],
        },
        mark: { type: 'line', color: '#009e73', strokeDash: [6, 4] },
        encoding: place,
      },
      {
        data: { values: points },
        mark: { type: 'line', strokeWidth: 1.2, opacity: 0.6, clip: true },
        encoding: {
          ...place,
          detail: { field: 'episode' },
          order: { field: 'step' },
          color: {
            field: 'outcome',
            type: 'nominal',
            scale: { domain: [...outcomes], range: ['#0072b2', '#d55e00', '#e69f00'] },
            legend: { title: null, orient: 'bottom', symbolType: 'stroke', symbolOpacity: 1 },
          },
        },
      },
    ],
  };
}
