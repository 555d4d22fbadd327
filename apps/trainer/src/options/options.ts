import { z } from 'zod';

import * as shared from './shared-options.ts';
import { count, counted, file, fraction, policy, positive, shape } from './shared-options.ts';

export { finetune } from '../finetune/finetune-options.ts';

const { backend, graphs, seed, nEnvs, maxEpisodeSteps, policyEpisodeSteps, workers, ppo } = shared;
const environment = shared.environment.default('hopper');

export const pretrain = z.strictObject({
  data: file.describe('demonstrations (train.npz)'),
  normalization: file.describe('their ranges (normalization.npz)'),
  out: file.describe('policy file to write (.safetensors)'),
  environment: environment.describe('what the policy is for'),
  backend,
  ...graphs,
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
  lrWarmupSteps: counted
    .default(1)
    .describe('epochs over which the learning rate rises, all but the last at most'),
  weightDecay: z.number().min(0).default(1e-6).describe('decoupled weight decay of AdamW'),
  emaDecay: fraction.default(0.995).describe('decay of the moving average of the weights'),
  updateEmaFreq: count.default(10).describe('optimizer steps between two updates of the average'),
  epochStartEma: count.default(20).describe('the average is a copy of the weights up to this epoch'),
});

export const expert = z.strictObject({
  out: file.describe('policy file to write (.safetensors)'),
  environment: environment.describe('what the expert learns'),
  backend,
  seed,
  nEnvs,
  maxEpisodeSteps,
  workers,
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
    .describe('an update ends after a minibatch whose approximate KL is above, nats [default: never]'),
  hidden: z.array(count).default([64, 64]).describe('sizes of the hidden layers of actor and critic'),
  fixedStd: positive.default(0.5).describe('standard deviation of the actions to start with'),
});

export const collect = z.strictObject({
  policy,
  outDir: file.describe('folder to make for train.npz and normalization.npz'),
  backend,
  seed,
  nEnvs,
  maxEpisodeSteps: policyEpisodeSteps,
  workers,
  envSteps: count.default(100_000).describe('environment steps to record'),
});

export const evaluate = z.strictObject({
  policy,
  backend,
  seed,
  maxEpisodeSteps: policyEpisodeSteps,
  workers,
  episodes: count.default(40).describe('whole episodes, deterministic sampling'),
});
