import { z } from 'zod';

import { atMost, bounded } from '../options/relation.ts';
import { networkOptions, predictEpsilon } from '../policy/network-options.ts';
import {
  backend,
  denoisingSteps,
  environment,
  file,
  graphs,
  maxEpisodeSteps,
  positive,
  seed,
  shape,
  stage,
  threads,
} from '../options/shared-options.ts';
import { cloning, cloningRelations, flowTimes } from './cloning-options.ts';

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
    threads,
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
    flowTimes,
    ...cloning,
  }),
  [
    atMost('actSteps', 'horizonSteps', 'a chunk has no more actions'),
    atMost('actSteps', 'maxEpisodeSteps', 'no chunk would be executed to its end'),
    ...cloningRelations,
  ],
);

export type PretrainOptions = z.output<typeof pretrainOptions>;
