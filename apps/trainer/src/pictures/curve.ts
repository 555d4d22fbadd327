import type { Evaluated, MetricsRow } from '../runs/metrics-file.ts';
import type { RecordedRun } from '../runs/recorded-run.ts';
import { shareBand } from '../runs/share.ts';
import type { Quantity } from './plot.ts';

/** What is drawn of a run, and said of where it comes from. */
export type Drawn = Omit<RecordedRun, 'unreadable'>;

/** What the x axis of curves may be. */
export const xAxes = ['env-steps', 'seconds', 'iterations'] as const;

export type XAxis = (typeof xAxes)[number];

/** What may be drawn of evaluations; without a choice it is the return. */
export const yAxes = ['return', 'success', 'progress'] as const;

export type YAxis = (typeof yAxes)[number];

/** What a band around the mean of an evaluation is. */
export const bandName = 'shaded: ± 1 standard deviation over episodes';

/** What curves of runs show. */
export interface Curve {
  readonly title: string;
  readonly y: string;
  /** What they are drawn against where nothing else is asked for. */
  readonly usual: XAxis;
  /** What is counted in iterations. */
  readonly step: string;
  readonly pointsOf: (run: Drawn, x: XAxis) => CurvePoint[];
  /** What the band of a single run is. */
  readonly band?: string;
}

export interface CurvePoint {
  readonly iteration: number;
  readonly x: number;
  readonly y: number;
  /** Ends of the band, where there is one. */
  readonly low?: number;
  readonly high?: number;
}

/** A curve of evaluations. */
function evaluated(
  title: string,
  y: string,
  value: (evaluated: Evaluated) => Pick<CurvePoint, 'y' | 'low' | 'high'>,
): Curve {
  return {
    title,
    y,
    usual: 'env-steps',
    step: 'iteration',
    pointsOf: (run, x) => {
      const place = placesIn(run.rows, x);
      return run.evaluations
        .map((of) => ({ iteration: of.iteration, x: place(of), ...value(of) }))
        .filter((point) => !Number.isNaN(point.y));
    },
  };
}

const ofEvaluations: Readonly<Record<YAxis, Curve>> = {
  return: {
    ...evaluated('Deterministic return while fine-tuning', 'mean return', ({ mean, std }) => ({
      y: mean,
      low: mean - std,
      high: mean + std,
    })),
    band: bandName,
  },
  success: {
    ...evaluated('Success without exploration while fine-tuning', 'share of episodes', ({ success }) =>
      success ? { y: success.share, low: success.low, high: success.high } : { y: NaN },
    ),
    band: shareBand,
  },
  progress: evaluated(
    'Best progress of an episode without exploration, while fine-tuning',
    'mean of episodes',
    ({ progress = NaN }) => ({ y: progress }),
  ),
};

/** What can be drawn of runs, of which the first is drawn that one of them has. */
export function curvesFor(y: YAxis | undefined): readonly Curve[] {
  return y === undefined ? [ofEvaluations.return, ...withoutEvaluations] : [ofEvaluations[y]];
}

const withoutEvaluations: readonly Curve[] = [
  {
    title: 'Return while exploring',
    y: 'mean return',
    usual: 'env-steps',
    step: 'iteration',
    pointsOf: ({ rows }, x) => numbersIn(rows, x, 'rollout/ep_rew_mean'),
  },
  {
    title: 'Loss while pre-training',
    y: 'loss',
    usual: 'iterations',
    step: 'epoch',
    pointsOf: ({ rows }, x) => numbersIn(rows, x, 'train/loss'),
  },
];

const metrics: Readonly<Record<XAxis, string>> = {
  'env-steps': 'time/env_steps',
  seconds: 'time/seconds',
  iterations: 'iteration',
};

/** What an axis shows of a curve. */
export function axisOf({ step }: Curve, x: XAxis): Quantity {
  if (x === 'seconds') return { label: 'time', unit: 's' };
  return { label: x === 'env-steps' ? 'environment steps' : step };
}

/** Where evaluations of a run stand on an axis: of the clock where their iteration did, as they take a time of their own. */
function placesIn(rows: readonly MetricsRow[], x: XAxis): (evaluated: Evaluated) => number {
  if (x === 'iterations') return ({ iteration }) => iteration;
  if (x === 'env-steps') return ({ envSteps }) => envSteps;
  const seconds = new Map<unknown, number>([[0, 0]]);
  for (const { iteration, [metrics.seconds]: at } of rows)
    if (typeof at === 'number' && !seconds.has(iteration)) seconds.set(iteration, at);
  return ({ iteration }) => seconds.get(iteration) ?? NaN;
}

function numbersIn(rows: readonly MetricsRow[], axis: XAxis, yName: string): CurvePoint[] {
  return rows.flatMap(({ iteration, [metrics[axis]]: x, [yName]: y }) =>
    typeof iteration === 'number' && typeof x === 'number' && typeof y === 'number'
      ? [{ iteration, x, y }]
      : [],
  );
}
