import { z } from 'zod';

const count = z.number().int().min(1);
const fraction = z.number().min(0).max(1);
const positive = z.number().positive();
const file = z.string().min(1);

/** Options that several commands share; the names are the mission's. */
const seed = z
  .number()
  .int()
  .min(0)
  .default(42)
  .describe('seed of all randomness; environment i gets seed + i');
const nEnvs = count.default(40).describe('environments stepped side by side, N');
const maxEpisodeSteps = count.default(1000).describe('environment steps before an automatic reset');
const backend = z
  .enum(['auto', 'tensorflow', 'wasm', 'cpu'])
  .default('auto')
  .describe('what computes; auto takes the first that loads');
const runDir = file.optional().describe('folder to make for the results [default: runs/COMMAND-TIME]');
const workers = count.optional().describe('threads that step environments [default: all cores]');
const policy = file.describe('policy file (.safetensors)');

/** Shape of the networks. */
const shape = {
  horizonSteps: count.default(4).describe('actions predicted per chunk, Ta'),
  actSteps: count.default(4).describe('actions executed of each chunk'),
  condSteps: count.default(1).describe('observations that the policy sees, To'),
};

/** PPO, for any policy. */
const ppo = {
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
  nCriticWarmupItr: z.number().int().min(0).default(0).describe('iterations in which only the critic learns'),
  maxGradNorm: positive.optional().describe("bound of the norm of the actor's gradient [default: none]"),
};

const common = { backend, seed, nEnvs, maxEpisodeSteps, workers };

export const finetune = z.strictObject({
  policy,
  runDir,
  ...common,
  ftDenoisingSteps: count.default(10).describe("denoising steps that are fine-tuned, the last ones, K'"),
  actSteps: shape.actSteps,
  iterations: count.default(100).describe('training iterations'),
  maxMinutes: positive
    .optional()
    .describe('begin no iteration that would end past this time, minutes [default: no limit]'),
  steps: count.default(500).describe('chunks per environment and iteration'),
  updateEpochs: count.default(5).describe('passes over the data of an iteration'),
  batchSize: count.default(50000).describe('(environment step, denoising step) pairs per minibatch'),
  ...ppo,
  gammaDenoising: fraction
    .default(0.99)
    .describe('discount of the advantage per denoising step, γ_denoising'),
  clipPlossCoef: positive.default(0.01).describe('ratio clip at the last (cleanest) denoising step, ε'),
  clipPlossCoefBase: positive
    .default(0.01)
    .describe('ratio clip at the first (noisiest) fine-tuned denoising step'),
  clipPlossCoefRate: positive.default(3).describe('exponent of the interpolation between the two'),
  rewardHorizon: count.optional().describe('actions of a chunk that enter the ratio [default: actSteps]'),
  targetKl: positive
    .optional()
    .default(1)
    .describe('an update ends after a minibatch whose approximate KL is above'),
  bcLossCoeff: z
    .number()
    .min(0)
    .default(0)
    .describe('weight of imitating the policy before fine-tuning; 0 leaves it out'),
  minSamplingDenoisingStd: positive
    .default(0.1)
    .describe('least standard deviation of a denoising step while exploring'),
  minLogprobDenoisingStd: positive.default(0.1).describe('least standard deviation in log-probabilities'),
  randnClipValue: positive.default(3).describe('bound of the noise of a denoising step, standard deviations'),
  actorLr: positive.default(1e-4).describe('learning rate of the actor'),
  actorMinLr: positive.default(1e-4).describe('learning rate of the actor at the end of a cycle'),
  criticMinLr: positive.default(1e-3).describe('learning rate of the critic at the end of a cycle'),
  lrWarmupSteps: z
    .number()
    .int()
    .min(0)
    .default(10)
    .describe('iterations over which the learning rates rise'),
  lrCycleSteps: count.default(1000).describe('iterations from one warm-up to the next'),
  evalEvery: count.default(5).describe('iterations between two evaluations'),
  evalEpisodes: count.default(40).describe('whole episodes of an evaluation, deterministic sampling'),
  saveEvery: count.default(5).describe('iterations between two checkpoints'),
});

export const pretrain = z.strictObject({
  data: file.describe('demonstrations (train.npz)'),
  normalization: file.describe('their ranges (normalization.npz)'),
  out: file.describe('policy file to write (.safetensors)'),
  environment: z.enum(['hopper']).default('hopper').describe('what the policy is for'),
  backend,
  seed,
  maxEpisodeSteps,
  denoisingSteps: count.default(20).describe('denoising steps, K'),
  ...shape,
  timeDim: count.default(16).describe('size of the time embedding'),
  hidden: z.array(count).default([512, 512, 512]).describe('sizes of the hidden layers'),
  epochs: count.default(100).describe('passes over the data'),
  batchSize: count.default(128).describe('chunks per optimizer step'),
  lr: positive.default(1e-3).describe('learning rate'),
  minLr: positive.default(1e-4).describe('learning rate at the end'),
  lrWarmupSteps: z.number().int().min(0).default(1).describe('epochs over which the learning rate rises'),
  weightDecay: z.number().min(0).default(1e-6).describe('decoupled weight decay of AdamW'),
  emaDecay: fraction.default(0.995).describe('decay of the moving average of the weights'),
  updateEmaFreq: count.default(10).describe('optimizer steps between two updates of the average'),
  epochStartEma: count.default(20).describe('the average is a copy of the weights up to this epoch'),
});

export const expert = z.strictObject({
  out: file.describe('policy file to write (.safetensors)'),
  environment: z.enum(['hopper']).default('hopper').describe('what the expert learns'),
  ...common,
  targetReturn: z
    .number()
    .default(1400)
    .describe('stop when the mean return of the last 100 episodes reaches this'),
  maxEnvSteps: count.default(3_000_000).describe('environment steps to give up after'),
  steps: count.default(50).describe('steps per environment and iteration'),
  updateEpochs: count.default(10).describe('passes over the data of an iteration'),
  batchSize: count.default(500).describe('steps per minibatch'),
  ...ppo,
  clipPlossCoef: positive.default(0.1).describe('ratio clip, ε'),
  actorLr: positive.default(3e-4).describe('learning rate of the actor'),
  targetKl: positive
    .optional()
    .describe('an update ends after a minibatch whose approximate KL is above [default: never]'),
  hidden: z.array(count).default([64, 64]).describe('sizes of the hidden layers of actor and critic'),
  fixedStd: positive.default(0.5).describe('standard deviation of the actions to start with'),
});

export const collect = z.strictObject({
  policy,
  outDir: file.describe('folder to make for train.npz and normalization.npz'),
  ...common,
  envSteps: count.default(100_000).describe('environment steps to record'),
});

export const evaluate = z.strictObject({
  policy,
  backend,
  seed,
  maxEpisodeSteps,
  workers,
  episodes: count.default(40).describe('whole episodes, deterministic sampling'),
});

export const importPolicy = z.strictObject({
  weights: file.describe('weights by their PyTorch names (.npz)'),
  normalization: file.describe('ranges of observations and actions (normalization.npz)'),
  out: file.describe('policy file to write (.safetensors)'),
  environment: z.enum(['hopper']).default('hopper').describe('what the policy is for'),
  denoisingSteps: pretrain.shape.denoisingSteps,
  maxEpisodeSteps,
  ...shape,
  timeDim: pretrain.shape.timeDim,
  hidden: pretrain.shape.hidden,
});
