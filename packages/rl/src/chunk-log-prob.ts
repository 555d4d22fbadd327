import * as tf from '@tensorflow/tfjs';

const LOWEST = -5;
const HIGHEST = 2;

/** Which part of a chunk counts. */
export interface ChunkLogProbOptions {
  /** How many of the chunk's Ta actions count: those that are executed. */
  readonly rewardHorizon?: number;
}

/**
 * One number per chunk: the mean, not the sum, of its elements' clamped log-densities [B].
 *
 * L = mean over (t < rewardHorizon, d) of clamp(ln pₜ_d, −5, 2)
 *
 * @param logProbs - [B, Ta, Da]
 * @throws RangeError unless logProbs are a batch of chunks and rewardHorizon is a whole number in [1, Ta].
 * @see model/diffusion/diffusion_ppo.py:96-112 of the reference
 */
export function chunkLogProb(
  logProbs: tf.Tensor3D,
  { rewardHorizon = logProbs.shape[1] }: ChunkLogProbOptions = {},
): tf.Tensor1D {
  if (logProbs.rank !== 3 || logProbs.size === 0) {
    throw new RangeError(
      `chunkLogProb: logProbs [${logProbs.shape.join()}], wanted [B, Ta, Da], each above 0`,
    );
  }
  const horizon = logProbs.shape[1];
  if (!Number.isInteger(rewardHorizon) || rewardHorizon < 1 || rewardHorizon > horizon) {
    throw new RangeError(
      `chunkLogProb: rewardHorizon is ${rewardHorizon}, wanted a whole number from 1 to ${horizon} for logProbs [${logProbs.shape.join()}]`,
    );
  }
  return tf.tidy(() => {
    const counted = rewardHorizon === horizon ? logProbs : logProbs.slice([0, 0], [-1, rewardHorizon]);
    return clampLogProbs(counted).mean<tf.Tensor1D>([1, 2]);
  });
}

/** ln p of each element, clamped to [−5, 2]; NaN stays, which WebAssembly's `clipByValue` would make −5. */
export function clampLogProbs<T extends tf.Tensor>(logProbs: T): T {
  return logProbs.maximum(LOWEST).minimum<T>(HIGHEST);
}
