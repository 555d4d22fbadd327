import { slices } from '../average-gradient.ts';
import { type Policy, samplesOf } from '../policies/policy.ts';
import { split } from '../split.ts';
import { weightsOf } from './actor-loss.ts';
import { distinctRows } from './critic-loss.ts';
import type { ActorPart, Parts } from './gradients.ts';
import type { Settled } from './options.ts';

/** The samples of an optimizer step, and what the actor's are told. */
export interface Sampled extends Pick<ActorPart, 'samples' | 'iteration' | 'random'> {
  /** A of each row. */
  readonly advantages: Float32Array;
}

/** A minibatch in at most `gradientParts` parts, runs of whole micro-batches; the critic values each distinct row once. */
export function partsOf(
  policy: Policy,
  { samples, advantages: raw, iteration, random }: Sampled,
  options: Settled,
): Parts {
  const { microBatchSize, gradientParts } = options;
  const whole = samples.length;
  const { advantages, clips } = weightsOf(policy, raw, samples, options);
  const { rows, counts } = distinctRows(samples, samplesOf(policy), raw.length);
  return {
    actor: runs(whole, microBatchSize, gradientParts).map(({ from, to }) => ({
      samples: samples.subarray(from, to),
      advantages: advantages.subarray(from, to),
      clips: clips.subarray(from, to),
      from,
      whole,
      iteration,
      random,
    })),
    critic: runs(rows.length, Math.min(microBatchSize, raw.length), gradientParts).map(({ from, to }) => ({
      rows: rows.subarray(from, to),
      counts: counts.subarray(from, to),
      whole,
    })),
  };
}

/** [0, length) in at most `count` runs of whole slices of a size. */
function runs(length: number, size: number, count: number): { from: number; to: number }[] {
  return split(slices(length, size), count).map((run) => ({
    from: run[0].from,
    to: run[run.length - 1].to,
  }));
}
