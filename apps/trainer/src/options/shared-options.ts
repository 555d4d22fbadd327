import { z } from 'zod';

import { environmentNames } from '../policy/environment-names.ts';

export const count = z.number().int().min(1);
export const counted = z.number().int().min(0);
export const fraction = z.number().min(0).max(1);
export const positive = z.number().positive();
export const file = z.string().min(1);

/** Options that several commands share; the names are the mission's. */
export const seed = counted.default(42).describe('seed of all randomness; environment i gets seed + i');
export const environment = z.enum(environmentNames);
export const backend = z
  .enum(['auto', 'tensorflow', 'wasm', 'cpu'])
  .default('auto')
  .describe('what computes; auto takes the first of the others that loads');
export const workers = count
  .optional()
  .describe('threads that step environments; changes speed only [default: all cores]');
export const policy = file.describe('policy file (.safetensors)');
export const nEnvs = count.default(40).describe('environments stepped side by side, N');
export const maxEpisodeSteps = count.default(1000).describe('environment steps before an automatic reset');
export const policyEpisodeSteps = count
  .optional()
  .describe("environment steps before an automatic reset [default: the policy's]");

/** How the graphs of a training are made. */
export const graphs = {
  jit: z
    .boolean()
    .default(true)
    .describe(
      'make machine code of the graphs (XLA, with TensorFlow only): some seconds at the start, faster from then on',
    ),
  precision: z
    .enum(['float32', 'bfloat16'])
    .default('float32')
    .describe(
      'what matrix products are rounded to (with TensorFlow only); bfloat16 is faster on processors with AVX-512 BF16 or AMX, slower on others',
    ),
};

/** Shape of the networks. */
export const shape = {
  horizonSteps: count.default(4).describe('actions predicted per chunk, Ta'),
  actSteps: count.default(4).describe('actions executed of each chunk'),
  condSteps: count.default(1).describe('observations that the policy sees, To'),
};

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
  vfCoef: z.number().min(0).default(0.5).describe('weight of the value loss'),
  entCoef: z.number().min(0).default(0).describe('weight of the entropy bonus'),
  criticLr: positive.default(1e-3).describe('learning rate of the critic'),
  weightDecay: z.number().min(0).default(0).describe('decoupled weight decay of AdamW'),
  microBatchSize: count.default(1000).describe('rows computed at once; changes memory and speed only'),
  rewardScaleRunning: z
    .boolean()
    .default(true)
    .describe('divide rewards by the running deviation of their discounted sum'),
  rewardScaleConst: positive.default(1).describe('multiply rewards by this'),
  nCriticWarmupItr: counted.default(0).describe('iterations in which only the critic learns'),
  maxGradNorm: positive.optional().describe("bound of the norm of the actor's gradient [default: none]"),
};
