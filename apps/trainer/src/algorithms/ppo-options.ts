import { z } from 'zod';

import { atMost, lessThan, type Relation } from '../options/relation.ts';
import {
  clipRange,
  count,
  counted,
  fraction,
  positive,
  stdFloor,
  weight,
} from '../options/shared-options.ts';

/** PPO, for any policy. */
export const ppo = {
  gamma: fraction.default(0.99).describe('discount per chunk, γ'),
  gaeLambda: fraction.default(0.95).describe('λ of generalised advantage estimation'),
  clipVlossCoef: positive
    .optional()
    .describe('bound of the change of a value in the value loss [default: none]'),
  clipAdvantageLowerQuantile: fraction
    .default(0)
    .describe('advantages below this quantile of a minibatch are raised to it'),
  clipAdvantageUpperQuantile: fraction
    .default(1)
    .describe('advantages above this quantile of a minibatch are lowered to it'),
  normAdv: z.boolean().default(true).describe('normalise the advantages of each minibatch'),
  vfCoef: weight.default(0.5).describe('weight of the value loss'),
  entCoef: weight.default(0).describe('weight of the entropy bonus'),
  criticLr: positive.default(1e-3).describe('learning rate of the critic'),
  weightDecay: weight.default(0).describe('decoupled weight decay of AdamW'),
  microBatchSize: count
    .default(1000)
    .describe('rows computed at once, all of a minibatch that has fewer; changes memory and speed only'),
  gradientParts: count
    .default(1)
    .describe(
      'parts of a minibatch whose gradients are added in their order, so that they can be computed apart',
    ),
  rewardScaleRunning: z
    .boolean()
    .default(true)
    .describe('divide rewards by the running deviation of their discounted sum'),
  rewardScaleConst: positive.default(1).describe('multiply rewards by this'),
  nCriticWarmupItr: counted.default(0).describe('iterations in which only the critic learns'),
  maxGradNorm: positive.optional().describe("bound of the norm of the actor's gradient [default: none]"),
};

/** What fine-tuning a diffusion policy adds; the defaults are the reference's for its Gym tasks (v0.8). */
export const dppo = {
  gammaDenoising: fraction
    .default(0.99)
    .describe('discount of the advantage per denoising step, γ_denoising'),
  clipPlossCoef: clipRange.default(0.01).describe('ratio clip at the last (cleanest) denoising step, ε'),
  clipPlossCoefBase: clipRange
    .default(0.01)
    .describe('ratio clip at the first (noisiest) fine-tuned denoising step'),
  clipPlossCoefRate: positive
    .max(700, 'wanted at most 700, as e to the power of more is infinite')
    .default(3)
    .describe('exponent of the interpolation between the two'),
  rewardHorizon: count.optional().describe('actions of a chunk that enter the ratio [default: actSteps]'),
  targetKl: positive
    .optional()
    .default(1)
    .describe('an update ends after a minibatch whose approximate KL is above, nats'),
  desiredKl: positive
    .optional()
    .describe("adapt the actor's learning rate to keep KL near this, nats [default: do not]"),
  bcLossCoeff: weight
    .default(0)
    .describe('weight of imitating the policy before fine-tuning; 0 leaves it out'),
  minSamplingDenoisingStd: stdFloor
    .default(0.1)
    .describe('least standard deviation of a denoising step while exploring'),
  minLogprobDenoisingStd: stdFloor.default(0.1).describe('least standard deviation in log-probabilities'),
  actorLr: positive.default(1e-4).describe('learning rate of the actor'),
  actorMinLr: positive.default(1e-4).describe('learning rate of the actor at the end of a cycle'),
  criticMinLr: positive.default(1e-3).describe('learning rate of the critic at the end of a cycle'),
  lrWarmupSteps: counted.default(10).describe('iterations over which the learning rates rise'),
  lrCycleSteps: count.default(1000).describe('iterations from one warm-up to the next'),
};

/** λ ≤ 1/η: AdamW multiplies a weight by 1 − ηλ. */
export function decayWithin(rate: string, option = 'weightDecay'): Relation {
  return {
    option,
    wanted: 'at most',
    by: [rate],
    text: `1 / ${rate}`,
    bound: (value) => 1 / value,
    why: 'a step would take more than all of a weight',
  };
}

/** What bounds what in PPO, for any policy. */
export const ppoRelations: readonly Relation[] = [
  atMost(
    'clipAdvantageLowerQuantile',
    'clipAdvantageUpperQuantile',
    'advantages are raised to the one and lowered to the other',
  ),
  ...['actorLr', 'criticLr'].map((rate) => decayWithin(rate)),
  {
    option: 'steps',
    wanted: 'at most',
    by: ['nEnvs'],
    text: '10000000 / nEnvs',
    bound: (nEnvs) => Math.floor(10_000_000 / nEnvs),
    why: 'all chunks of an iteration are in memory',
  },
];

/** Where a bound is a default's place too. */
const same = { instead: (bound: number): number => bound };

/** What fine-tuning a diffusion policy adds. */
export const dppoRelations: readonly Relation[] = [
  atMost('actorMinLr', 'actorLr', 'nothing learns faster than it is asked to', same),
  atMost('criticMinLr', 'criticLr', 'nothing learns faster than it is asked to', same),
  lessThan('lrWarmupSteps', 'lrCycleSteps', 'the rates rise and then fall within a cycle', {
    instead: (cycle) => cycle - 1,
  }),
  atMost('clipPlossCoefBase', 'clipPlossCoef', 'the range widens from the first step to the last', same),
  atMost('rewardHorizon', 'horizonSteps', 'a chunk has no more actions'),
  atMost('desiredKl', 'targetKl', 'updates would end before they come near it'),
];
