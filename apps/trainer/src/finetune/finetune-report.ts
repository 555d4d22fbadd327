import type { Metrics } from '@dppo/agent';

import { rounded } from '../runs/evaluation.ts';
import type { Evaluated } from '../runs/metrics-file.ts';
import type { Results } from '../runs/results.ts';
import { percentages } from '../runs/share.ts';

export function iterationName(iteration: number): string {
  return `iteration ${String(iteration).padStart(3)}`;
}

/** What an iteration came to, in one line. */
export function describeIteration(metrics: Metrics): string {
  const show = (name: string, digits: number): string => metrics[name].toPrecision(digits);
  return [
    metrics['rollout/episodes'] === 0 ? 'no episode ended' : `return ${show('rollout/ep_rew_mean', 4)}`,
    `kl ${show('train/approx_kl', 2)}`,
    `clipped ${(metrics['train/clip_fraction'] * 100).toFixed(1)} %`,
    `explained ${show('train/explained_variance', 3)}`,
    `${metrics['time/env_steps']} env steps, ${metrics['time/fps'].toFixed(0)}/s`,
  ].join(', ');
}

/** What a run began with, ended with and chose, side by side. */
export function beforeAndAfter({ before, after, best }: Results, dir: string): string {
  const columns = [before, after, best];
  const numbers = (of: (evaluation: Evaluated) => number): string[] => rounded(...columns.map(of));
  const counts = (of: (evaluation: Evaluated) => number): string[] =>
    columns.map((column) => of(column).toFixed(0));
  return [
    '',
    row('', 'before', 'after', 'best'),
    row('mean return', ...numbers(({ mean }) => mean)),
    row('standard deviation', ...numbers(({ std }) => std)),
    ...successes(columns),
    row('episode length', ...counts(({ meanLength }) => meanLength)),
    row('episodes', ...counts(({ episodes }) => episodes)),
    row('after iteration', ...counts(({ iteration }) => iteration)),
    row('environment steps', ...counts(({ envSteps }) => envSteps)),
    '',
    `${before.mean > 0 ? `${(after.mean / before.mean).toFixed(2)} times the return; ` : ''}config, metrics, checkpoints, report and learning curve in ${dir}`,
  ].join('\n');
}

/** Where the task says what a success is. */
function successes(columns: readonly Evaluated[]): string[] {
  const cells = columns.map(({ success }) => (success ? percentages(success) : '—'));
  return columns.some(({ success }) => success) ? [row('success', ...cells)] : [];
}

function row(name: string, ...cells: readonly string[]): string {
  return [name.padEnd(24), ...cells.map((cell) => cell.padStart(16))].join('');
}
