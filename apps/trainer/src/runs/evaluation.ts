import {
  type Episode,
  evaluate as evaluateEpisodes,
  type EvaluateOptions,
  type Metrics,
  type Policy,
} from '@dppo/agent';
import type { VecEnv } from '@dppo/env';
import type * as tf from '@tensorflow/tfjs';

import { average } from './average.ts';
import type { Purpose } from './metrics-file.ts';
import { type Share, shareOf } from './share.ts';

/** Returns and lengths of whole episodes, deterministic sampling. */
export interface Evaluation {
  readonly episodes: number;
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly meanLength: number;
  /** The episodes that were a success, where the environment says. */
  readonly success?: Share;
  /** Mean of the best progress of each episode, where the environment says. */
  readonly progress?: number;
}

export async function evaluation(
  policy: Policy,
  params: tf.NamedTensorMap,
  env: VecEnv,
  options: EvaluateOptions,
): Promise<Evaluation> {
  return evaluationOf(await evaluateEpisodes(policy, params, env, options));
}

/** What whole episodes came to. */
export function evaluationOf(episodes: readonly Episode[]): Evaluation {
  const returns = episodes.map((episode) => episode.return);
  const mean = average(returns);
  return {
    episodes: episodes.length,
    mean,
    std: Math.sqrt(average(returns.map((value) => (value - mean) ** 2))),
    min: Math.min(...returns),
    max: Math.max(...returns),
    meanLength: average(episodes.map((episode) => episode.length)),
    ...outcome(episodes),
  };
}

/** What environments say of the task beside its rewards. */
function outcome(episodes: readonly Episode[]): Pick<Evaluation, 'success' | 'progress'> {
  const successes = episodes.flatMap(({ success }) => success ?? []);
  const progress = episodes.flatMap((episode) => episode.progress ?? []);
  return {
    ...(successes.length > 0 && { success: shareOf(successes.filter(Boolean).length, successes.length) }),
    ...(progress.length > 0 && { progress: average(progress) }),
  };
}

/** Numbers with as many decimals as the largest needs for three digits. */
export function rounded(...values: readonly number[]): string[] {
  const largest = Math.max(...values.map(Math.abs));
  const decimals = largest > 0 ? Math.min(20, Math.max(0, 2 - Math.floor(Math.log10(largest)))) : 0;
  return values.map((value) => value.toFixed(decimals));
}

export function describe({ episodes, mean, std, min, max, meanLength, ...said }: Evaluation): string {
  const [m, s, low, high] = rounded(mean, std, min, max);
  const parts = [`return ${m} ± ${s} (${low} … ${high})`];
  if (said.success) parts.push(`success ${percentages(said.success)}`);
  if (said.progress !== undefined) parts.push(`progress ${said.progress.toFixed(3)}`);
  return [...parts, `length ${meanLength.toFixed(0)}`, `${episodes} episodes`].join(', ');
}

function percentages({ share, low, high }: Share): string {
  const [s, l, h] = [share, low, high].map((part) => (100 * part).toFixed(0));
  return `${s} % (${l} … ${h})`;
}

/**
 * Whole `episodes` as metrics of an evaluation: what `dppo plot`, `dppo compare` and reports read.
 *
 * @throws RangeError where there is none
 */
export function evaluationMetrics(episodes: readonly Episode[]): Metrics {
  if (episodes.length === 0) throw new RangeError('evaluationMetrics: no episodes, wanted at least one');
  return evaluationRow(evaluationOf(episodes));
}

/** An evaluation as metrics have it; the names are Stable-Baselines3's. */
export function evaluationRow(
  { mean, std, meanLength, episodes, success, progress }: Evaluation,
  purpose: Purpose = 'eval',
): Metrics {
  return {
    [`${purpose}/mean_reward`]: mean,
    [`${purpose}/std_reward`]: std,
    [`${purpose}/mean_ep_length`]: meanLength,
    [`${purpose}/episodes`]: episodes,
    ...(success && { [`${purpose}/success_rate`]: success.share }),
    ...(progress !== undefined && { [`${purpose}/progress`]: progress }),
  };
}
