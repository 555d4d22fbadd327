import { clipRanges } from '@dppo/rl';

import { checkCounts } from '../check-counts.ts';
import { checkFractions, checkNotNegative, checkPositive } from '../check-numbers.ts';
import type { ActorRate } from './actor-rate.ts';

/** What an iteration of DPPO is told, by the reference's names (v0.8, `train` and `model` of cfg/gym/finetune), with its values for Gym. */
export const dppoDefaults = {
  /** γ, discount per chunk. */
  gamma: 0.99,
  /** λ of generalised advantage estimation. */
  gaeLambda: 0.95,
  /** γ_denoising, discount of the advantage per denoising step before the last one. */
  gammaDenoising: 0.99,
  /** ε, ratio clip at the last (cleanest) denoising step. */
  clipPlossCoef: 0.01,
  /** Ratio clip at the first fine-tuned (noisiest) denoising step. */
  clipPlossCoefBase: 0.01,
  /** Exponent of the interpolation between the two clips. */
  clipPlossCoefRate: 3,
  /** Bound of the change of a value in the value loss. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- a file of declarations infers no type of Infinity
  clipVlossCoef: Infinity as number,
  /** Advantages below this quantile of their minibatch are raised to it, in [0, 1]; 0 leaves them. */
  clipAdvantageLowerQuantile: 0,
  /** Advantages above this quantile are lowered to it, in [0, 1]; 1 leaves them. */
  clipAdvantageUpperQuantile: 1,
  /** Whether the advantages of a minibatch are normalised to mean 0 and deviation 1. */
  normAdv: true,
  /** Weight of the value loss. */
  vfCoef: 0.5,
  /** Weight of the entropy, which is rewarded. */
  entCoef: 0,
  /** Weight of imitating the policy before fine-tuning; 0 leaves the term out. */
  bcLossCoeff: 0,
  /** How often an update goes through all samples. */
  updateEpochs: 5,
  /** (environment step, denoising step) pairs per minibatch; all where there are fewer. */
  batchSize: 50_000,
  /** Rows computed at once; gradients are summed, so it changes memory and speed only. */
  microBatchSize: 1000,
  /** Runs of micro-batches whose sums are added outside the graphs, so that they can be computed apart; it changes the rounding only. */
  gradientParts: 1,
  /** An update ends after the first minibatch whose approximate KL is above this. */
  targetKl: 1,
  /** KL that the actor's learning rate is adapted to (`adaptedRate`); 0 leaves the rate to its schedule. */
  desiredKl: 0,
  /** Bound of the global norm of the actor's gradient. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- a file of declarations infers no type of Infinity
  maxGradNorm: Infinity as number,
  /** Whether rewards are divided by the running deviation of their discounted sum. */
  rewardScaleRunning: true,
  /** What rewards are multiplied by, after the running scale. */
  rewardScaleConst: 1,
  /** Iterations in which only the critic learns. */
  nCriticWarmupItr: 0,
  /** Learning rate of the actor by finished iterations and the number of the minibatch in its epoch. */
  actorLr: (_iteration: number, _minibatch: number): ActorRate => 1e-4,
  /** Learning rate of the critic by finished iterations. */
  criticLr: (_iteration: number): number => 1e-3,
};

/** All options of DPPO. */
export type Settled = Readonly<typeof dppoDefaults>;

/** What is to be other than {@link dppoDefaults}; undefined is as if absent. */
export type DppoOptions = { readonly [Name in keyof Settled]?: Settled[Name] | undefined };

/**
 * The options with their defaults.
 *
 * @throws RangeError naming an option that is out of its range, or two that do not go together
 */
export function settled(options: DppoOptions): Settled {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const all: Settled = { ...dppoDefaults, ...given };
  const { updateEpochs, batchSize, microBatchSize, gradientParts } = all;
  checkCounts('ppo', { updateEpochs, batchSize, microBatchSize, gradientParts });
  const { gamma, gaeLambda, gammaDenoising, vfCoef, bcLossCoeff, desiredKl } = all;
  checkFractions('ppo', { gamma, gaeLambda, gammaDenoising });
  checkNotNegative('ppo', { vfCoef, bcLossCoeff, desiredKl });
  const { clipVlossCoef, maxGradNorm, rewardScaleConst } = all;
  checkPositive('ppo', { clipVlossCoef, maxGradNorm, rewardScaleConst });
  const { clipPlossCoef: clip, clipPlossCoefBase: base, clipPlossCoefRate: rate } = all;
  clipRanges({ clip, base, rate }, 1);
  const { clipAdvantageLowerQuantile: lower, clipAdvantageUpperQuantile: upper } = all;
  if (!(lower >= 0 && lower <= upper && upper <= 1)) {
    throw new RangeError(
      `ppo: clipAdvantageLowerQuantile is ${lower}, clipAdvantageUpperQuantile ${upper}, wanted 0 ≤ lower ≤ upper ≤ 1`,
    );
  }
  return all;
}
