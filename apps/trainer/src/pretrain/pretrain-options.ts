import { z } from 'zod';

import { decayWithin } from '../algorithms/ppo-options.ts';
import { atMost, lessThan, bounded } from '../options/relation.ts';
import { networkOptions, predictEpsilon } from '../policy/network-options.ts';
import {
  backend,
  count,
  counted,
  denoisingSteps,
  environment,
  file,
  graphs,
  maxEpisodeSteps,
  positive,
  seed,
  shape,
  stage,
  weight,
} from '../options/shared-options.ts';

/** `dppo pretrain` */
export const pretrainOptions = bounded(
  z.strictObject({
    data: file.describe('demonstrations: train.npz or .pkl of the reference, or whatever dppo data shows'),
    normalization: file
      .optional()
      .describe(
        'ranges that the data were scaled by (normalization.npz) [default: the data are in the units of the task, and scaled by their own]',
      ),
    out: file.describe('policy file to write (.safetensors)'),
    ...stage('pretrain', 'only logger'),
    environment: environment('what the policy is for'),
    kind: z
      .enum(['diffusion', 'flow'])
      .default('diffusion')
      .describe('what the policy is: a diffusion, or a flow, which acts in few steps'),
    backend,
    ...graphs,
    seed,
    maxEpisodeSteps,
    denoisingSteps: denoisingSteps
      .optional()
      .describe('denoising steps, K, of a flow those that it acts in [default: 20, of a flow 4]'),
    ...shape,
    ...networkOptions('[default:'),
    predictEpsilon: predictEpsilon.describe(
      'whether the network is trained to tell the noise, or else the clean action [default: true]',
    ),
    denoisedClipValue: positive
      .nullable()
      .optional()
      .describe(
        'bound of the predicted clean action when acting, of a flow that of the mean of each step, null for none [default: 1]',
      ),
    finalActionClipValue: positive
      .nullable()
      .optional()
      .describe('bound of the actions that come out when acting, null for none [default: none, of a flow 1]'),
    flowTimes: z
      .enum(['uniform', 'beta', 'logit-normal'])
      .optional()
      .describe('flow: how the times are drawn that it learns at [default: uniform]'),
    epochs: count.default(100).describe('passes over the data'),
    saveEvery: count.default(10).describe('epochs between two checkpoints'),
    batchSize: count.default(128).describe('chunks per optimizer step, all of data that have fewer'),
    lr: positive.default(1e-3).describe('learning rate'),
    minLr: positive.default(1e-4).describe('learning rate at the end'),
    lrWarmupSteps: counted.default(1).describe('epochs over which the learning rate rises'),
    weightDecay: weight.default(1e-6).describe('decoupled weight decay of AdamW'),
    emaDecay: z
      .number()
      .min(0)
      .max(0.999_999, 'wanted at most 0.999999, closer to 1 the average never moves in float32')
      .default(0.995)
      .describe('decay of the moving average of the weights'),
    updateEmaFreq: count.default(10).describe('optimizer steps between two updates of the average'),
    epochStartEma: count.default(20).describe('the average is a copy of the weights up to this epoch'),
  }),
  [
    atMost('actSteps', 'horizonSteps', 'a chunk has no more actions'),
    atMost('actSteps', 'maxEpisodeSteps', 'no chunk would be executed to its end'),
    atMost('minLr', 'lr', 'nothing learns faster than it is asked to', { instead: (lr) => lr }),
    lessThan('lrWarmupSteps', 'epochs', 'the rate rises and then falls', {
      instead: (epochs) => epochs - 1,
    }),
    decayWithin('lr'),
  ],
);

export type PretrainOptions = z.output<typeof pretrainOptions>;
