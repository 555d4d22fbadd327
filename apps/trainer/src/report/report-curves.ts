import { bandName } from '../pictures/curve.ts';
import { learningCurve, type Quantity, type Series } from '../pictures/plot.ts';
import { thinned } from '../pictures/thinned.ts';
import type { MetricsRow } from '../runs/metrics-file.ts';
import { shareBand, shareOf } from '../runs/share.ts';

interface Chart {
  readonly title: string;
  readonly y: Quantity;
  /** Names of metrics, and of their lines. */
  readonly lines: Readonly<Record<string, string>>;
  /** What the band is, and its ends around a value of a row. */
  readonly band?: { readonly name: string; readonly of: (row: MetricsRow, y: number) => Band };
}

type Band = Pick<Series['points'][number], 'low' | 'high'>;

const charts: readonly Chart[] = [
  {
    title: 'Evaluation',
    y: { label: 'mean return' },
    lines: { 'eval/mean_reward': 'evaluation' },
    band: {
      name: bandName,
      of: ({ 'eval/std_reward': half }, y) =>
        typeof half === 'number' ? { low: y - half, high: y + half } : {},
    },
  },
  {
    title: 'Success',
    y: { label: 'share of episodes' },
    lines: { 'eval/success_rate': 'success' },
    band: {
      name: shareBand,
      of: ({ 'eval/episodes': episodes }, y) =>
        typeof episodes === 'number' && episodes >= 1 && y >= 0 && y <= 1
          ? shareOf(Math.round(y * episodes), episodes)
          : {},
    },
  },
  { title: 'Progress', y: { label: 'best of an episode' }, lines: { 'eval/progress': 'progress' } },
  { title: 'Exploring', y: { label: 'mean return' }, lines: { 'rollout/ep_rew_mean': 'exploring' } },
  { title: 'Loss of pre-training', y: { label: 'loss' }, lines: { 'train/loss': 'loss' } },
  {
    title: 'Approximate KL of the policies',
    y: { label: 'KL', unit: 'nats' },
    lines: { 'train/approx_kl': 'KL' },
  },
  { title: 'Clipped ratios', y: { label: 'share' }, lines: { 'train/clip_fraction': 'clipped' } },
  {
    title: 'Explained variance of the critic',
    y: { label: 'share' },
    lines: { 'train/explained_variance': 'explained' },
  },
  { title: 'Loss of the critic', y: { label: 'value loss' }, lines: { 'train/value_loss': 'value' } },
  {
    title: 'Gradients',
    y: { label: 'norm' },
    lines: { 'train/actor_grad_norm': 'actor', 'train/critic_grad_norm': 'critic' },
  },
  {
    title: 'Time of an iteration',
    y: { label: 'time', unit: 's' },
    lines: { 'time/sampling': 'sampling', 'time/physics': 'physics', 'time/update': 'update' },
  },
];

/** Parts of a curve's range of x, of which each has at most four points: about as many as there are pixels. */
const parts = 150;

/** Pictures of metrics that grow, in memory that does not. */
export interface Curves {
  add(row: MetricsRow): void;
  /** SVG pictures of the metrics that there are, against the iteration. */
  draw(): Promise<string[]>;
}

/** Curves without a point yet. */
export function growingCurves(): Curves {
  const lines = charts.flatMap(({ lines: named, band }) =>
    Object.keys(named).map((metric) => ({ metric, band, points: [] as Point[] })),
  );
  return {
    add: (row) => {
      for (const line of lines) {
        line.points.push(...pointIn(row, line.metric, line.band));
        if (line.points.length > 8 * parts) line.points = [...thinned(line.points, parts)];
      }
    },
    draw: () => drawn((metric) => thinned(lines.find((line) => line.metric === metric)?.points ?? [], parts)),
  };
}

type Point = Series['points'][number];

async function drawn(pointsOf: (metric: string) => readonly Point[]): Promise<string[]> {
  const all = charts.map(({ title, y, lines, band }) => ({
    title,
    subtitle: band === undefined ? [] : [band.name],
    x: { label: 'iteration' },
    y,
    series: Object.entries(lines)
      .map(([metric, name]): Series => ({ name, points: pointsOf(metric) }))
      .filter(({ points }) => points.length > 0),
  }));
  return Promise.all(
    all
      .filter(({ series }) => series.length > 0)
      .map((chart) => learningCurve({ ...chart, width: 400, height: 280 })),
  );
}

function pointIn(row: MetricsRow, metric: string, band: Chart['band']): Point[] {
  const [x, y] = [row.iteration, row[metric]];
  if (typeof x !== 'number' || typeof y !== 'number') return [];
  const { low, high } = band?.of(row, y) ?? {};
  return [low === undefined || high === undefined ? { x, y } : { x, y, low, high }];
}
