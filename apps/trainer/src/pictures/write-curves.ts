import { writeWhole } from '@dppo/files';

import type { MetricsRow } from '../runs/metrics-file.ts';
import type { RecordedRun } from '../runs/recorded-run.ts';
import { provenance } from '../runs/provenance.ts';
import { learningCurve } from './plot.ts';
import { thinned } from './thinned.ts';

/** What a band around the mean of an evaluation is. */
export const bandName = 'shaded: ± 1 standard deviation over episodes';

/** What is drawn of a run, and said of where it comes from. */
type Drawn = Omit<RecordedRun, 'unreadable'>;

/** Parts of a line's range of x, of which each has at most four points. */
const parts = 300;

interface Curve {
  readonly title: string;
  /** What they show. */
  readonly axes: readonly [x: string, y: string];
  readonly pointsOf: (run: Drawn) => readonly Point[];
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly std?: number;
}

/** What is drawn of runs: the first that one of them has. */
const curves: readonly [Curve, ...Curve[]] = [
  {
    title: 'Deterministic return while fine-tuning',
    axes: ['environment steps', 'mean return'],
    pointsOf: ({ evaluations }) =>
      evaluations.map(({ envSteps, mean, std }) => ({ x: envSteps, y: mean, std })),
  },
  {
    title: 'Return while exploring',
    axes: ['environment steps', 'mean return'],
    pointsOf: ({ rows }) => numbersIn(rows, 'time/env_steps', 'rollout/ep_rew_mean'),
  },
  {
    title: 'Loss while pre-training',
    axes: ['epoch', 'loss'],
    pointsOf: ({ rows }) => numbersIn(rows, 'iteration', 'train/loss'),
  },
];

/** Writes the curves of runs to a file. */
export async function writeCurves(path: string, runs: readonly Drawn[]): Promise<void> {
  await writeWhole(path, await curvesOf(runs));
}

/**
 * The evaluations of runs against environment steps as an SVG picture, those of one run with their deviation; of runs that
 * were not evaluated the return while exploring, or the loss of their pre-training.
 */
export function curvesOf(runs: readonly Drawn[]): Promise<string> {
  const { title, axes, pointsOf } =
    curves.find((curve) => runs.some((run) => curve.pointsOf(run).length > 0)) ?? curves[0];
  // Bands of many runs would hide one another.
  const band = runs.length === 1 && pointsOf(runs[0]).some(({ std }) => std !== undefined);
  return learningCurve({
    title,
    subtitle: [...provenance(runs), ...(band ? [bandName] : [])],
    x: { label: axes[0] },
    y: { label: axes[1] },
    series: runs.map((run) => ({
      name: run.name,
      points: thinned(
        pointsOf(run).map(({ x, y, std = NaN }) => (band ? { x, y, low: y - std, high: y + std } : { x, y })),
        parts,
      ),
    })),
  });
}

function numbersIn(rows: readonly MetricsRow[], xName: string, yName: string): Point[] {
  return rows.flatMap(({ [xName]: x, [yName]: y }) =>
    typeof x === 'number' && typeof y === 'number' ? [{ x, y }] : [],
  );
}
