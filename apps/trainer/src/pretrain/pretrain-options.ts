import { z } from 'zod';

import {
  backend,
  count,
  counted,
  environment,
  file,
  fraction,
  graphs,
  maxEpisodeSteps,
  positive,
  seed,
  shape,
} from '../options/shared-options.ts';

/** `dppo pretrain` */
export const pretrainOptions = z.strictObject({
  data: file.describe('demonstrations (train.npz)'),
  normalization: file
    .optional()
    .describe(
      'ranges that the data were scaled by (normalization.npz) [default: the data are in the units of the task, and scaled by their own]',
    ),
  out: file.describe('policy file to write (.safetensors)'),
  environment: environment('what the policy is for'),
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
  minLr: positive.default(1e-4).describe('learning rate at the end, at most lr'),
  lrWarmupSteps: counted
    .default(1)
    .describe('epochs over which the learning rate rises, all but the last at most'),
  weightDecay: z.number().min(0).default(1e-6).describe('decoupled weight decay of AdamW'),
  emaDecay: fraction.default(0.995).describe('decay of the moving average of the weights'),
  updateEmaFreq: count.default(10).describe('optimizer steps between two updates of the average'),
  epochStartEma: count.default(20).describe('the average is a copy of the weights up to this epoch'),
});

export type PretrainOptions = z.output<typeof pretrainOptions>;
