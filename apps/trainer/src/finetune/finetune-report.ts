import type { Metrics } from '@dppo/agent';

import { rounded } from '../runs/evaluation.ts';
import type { Evaluated } from '../runs/metrics-file.ts';

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

/** The first evaluation and the last, side by side. */
export function beforeAndAfter(evaluations: readonly Evaluated[], dir: string): string {
  const [before, after] = [evaluations[0], evaluations[evaluations.length - 1]];
  return [
    '',
    row('', 'before', 'after'),
    row('mean return', ...rounded(before.mean, after.mean)),
    row('standard deviation', ...rounded(before.std, after.std)),
    row('episode length', before.meanLength.toFixed(0), after.meanLength.toFixed(0)),
    row('episodes', before.episodes, after.episodes),
    row('environment steps', before.envSteps, after.envSteps),
    '',
    `${before.mean > 0 ? `${(after.mean / before.mean).toFixed(2)} times the return; ` : ''}config, metrics, checkpoints, report and learning curve in ${dir}`,
  ].join('\n');
}

function row(name: string, ...cells: (string | number)[]): string {
  return [name.padEnd(24), ...cells.map((cell) => String(cell).padStart(12))].join('');
}
