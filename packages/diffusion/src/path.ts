import * as tf from '@tensorflow/tfjs';

import { gaussianLogProb } from './gaussian.ts';

/** Over what the density of a path is a mean, where it would be a sum; all of them as in the reference. */
export interface PathMeans {
  /** Over the steps, the start among them where it counts. */
  readonly meanOfSteps?: boolean;
  /** Over the Ta · Da elements of a chunk. */
  readonly meanOfElements?: boolean;
}

/** What counts in the density of a path. */
export interface PathOptions extends PathMeans {
  /** x₀ [B, Ta, Da], standard normal, whose own density then counts as that of one more step. */
  readonly start?: tf.Tensor3D | undefined;
}

/** What counts in the entropy of a path. */
export interface EntropyOptions extends Pick<PathMeans, 'meanOfElements'> {
  /** Whether the standard normal start counts as one more step. */
  readonly withStart?: boolean;
}

const HALF_LOG_2_PI_E = Math.log(2 * Math.PI * Math.E) / 2;

/**
 * One number for a whole path, of which one ratio is made [B].
 *
 * ln p = (ln 𝒩(x₀; 0, 1) + Σₖ ln p(xₖ₊₁ | xₖ)) / (K + 1) / (Ta · Da),  K in place of K + 1 without the start
 *
 * @param logProbs - of each element of each step, as `sampleChain` and `chainLogProbs` give them [B, K, Ta, Da]
 * @throws RangeError unless logProbs are [B, K, Ta, Da], each above 0, and the start is [B, Ta, Da].
 * @see https://arxiv.org/abs/2505.22094 equation 8, and model/flow/ft_ppo/ppoflow.py:229-327 of ReinFlow
 */
export function pathLogProb(
  logProbs: tf.Tensor4D,
  { start, meanOfSteps = true, meanOfElements = true }: PathOptions = {},
): tf.Tensor1D {
  const [batch, steps, horizonSteps, actionDim] = sizesOf('pathLogProb', 'logProbs', logProbs);
  if (start && start.shape.join() !== [batch, horizonSteps, actionDim].join()) {
    throw new RangeError(
      `pathLogProb: start [${start.shape.join()}], wanted [${[batch, horizonSteps, actionDim].join()}]`,
    );
  }
  return tf.tidy(() => {
    const ofSteps = logProbs.sum<tf.Tensor1D>([1, 2, 3]);
    const own = start && gaussianLogProb({ mean: tf.zerosLike(start), std: 1 }, start);
    const all = own ? ofSteps.add<tf.Tensor1D>(own.sum([1, 2])) : ofSteps;
    const counted = start ? steps + 1 : steps;
    return all.div((meanOfSteps ? counted : 1) * (meanOfElements ? horizonSteps * actionDim : 1));
  });
}

/**
 * The entropy that the noise of a path has per step [B], in nats.
 *
 * H = ((Ta · Da) · ½ ln 2πe + Σₖ Σ (½ ln 2πe + ln σₖ)) / (K + 1) / (Ta · Da),  without the first term and with K where the start does not count
 *
 * @param stds - σ of each element of each step [B, K, Ta, Da]
 * @throws RangeError unless stds are [B, K, Ta, Da], each above 0; they are not read.
 * @see model/flow/ft_ppo/ppoflow.py:229-327 of ReinFlow
 */
export function entropyRate(
  stds: tf.Tensor4D,
  { withStart = true, meanOfElements = true }: EntropyOptions = {},
): tf.Tensor1D {
  const [, steps, horizonSteps, actionDim] = sizesOf('entropyRate', 'stds', stds);
  const size = horizonSteps * actionDim;
  const counted = withStart ? steps + 1 : steps;
  return tf.tidy(() => {
    const sum = stds
      .log()
      .sum<tf.Tensor1D>([1, 2, 3])
      .add<tf.Tensor1D>(counted * size * HALF_LOG_2_PI_E);
    return sum.div(counted * (meanOfElements ? size : 1));
  });
}

function sizesOf(caller: string, name: string, { rank, size, shape }: tf.Tensor4D): tf.Tensor4D['shape'] {
  if (rank !== 4 || size === 0) {
    throw new RangeError(`${caller}: ${name} [${shape.join()}], wanted [B, K, Ta, Da], each above 0`);
  }
  return shape;
}
