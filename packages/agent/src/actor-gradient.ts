import { clipRanges, clipToQuantiles, denoisingDiscounts, normalizeAdvantages } from '@dppo/rl';
import * as tf from '@tensorflow/tfjs';

import { type Average, averageGradient, slices } from './average-gradient.ts';
import type { Experience } from './experience.ts';
import type { Learner } from './learner.ts';
import type { Minibatch } from './minibatch-step.ts';
import { policyBatch } from './policy-batch.ts';
import type { Policy } from './policy.ts';
import type { UpdateOptions } from './update.ts';

/** The gradient of DPPO's loss on one minibatch, or what else `gradient` makes of it; called inside `tf.tidy`. */
export function actorGradient(
  { draws, transitions, horizonSteps, actionDim }: Policy,
  gradient: Learner['policyGradient'],
  actor: tf.NamedTensorMap,
  { experience, pairs }: Minibatch,
  options: UpdateOptions,
): Average {
  const { clipPlossCoef: clip, clipPlossCoefBase: base, clipPlossCoefRate: rate } = options;
  const { bcLossCoeff, microBatchSize, random } = options;
  const clips = clipRanges({ clip, base, rate }, transitions);
  const advantages = pairAdvantages(experience, pairs, options);
  return averageGradient(
    slices(pairs.length, microBatchSize).map(({ from, to }) => ({
      share: (to - from) / pairs.length,
      compute: (share, sum) => {
        const batch = policyBatch(experience, { pairs, advantages, clips }, { from, to });
        if (bcLossCoeff === 0) return gradient(actor, batch, share, sum);
        const noise = random.normal(draws * (to - from) * horizonSteps * actionDim);
        const imitationNoise = tf.tensor4d(noise, [draws, to - from, horizonSteps, actionDim]);
        return gradient(actor, { ...batch, imitationNoise }, share, sum);
      },
    })),
  );
}

/** Â of each pair: normalised and clipped over the minibatch, then discounted by γ_denoising^(K′−1−j). */
function pairAdvantages(
  { rollout: { transitions }, advantages }: Experience,
  pairs: Int32Array,
  { normAdv, clipAdvantageLowerQuantile, clipAdvantageUpperQuantile, gammaDenoising }: UpdateOptions,
): Float32Array {
  const discounts = denoisingDiscounts(gammaDenoising, transitions);
  const raw = Float32Array.from(pairs, (pair) => advantages[Math.floor(pair / transitions)]);
  const clipped = clipToQuantiles(
    normAdv ? normalizeAdvantages(raw) : raw,
    clipAdvantageLowerQuantile,
    clipAdvantageUpperQuantile,
  );
  return clipped.map((advantage, i) => advantage * discounts[pairs[i] % transitions]);
}
