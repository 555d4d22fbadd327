import { z } from 'zod';

import { atMost, bounded } from '../options/relation.ts';
import {
  chunkSteps,
  count,
  denoisingSteps,
  environment,
  file,
  maxEpisodeSteps,
  shape,
} from '../options/shared-options.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';

/** `dppo import` */
export const importOptions = bounded(
  z.strictObject({
    weights: file.describe(
      'checkpoint of the reference (.pt), or weights by their PyTorch names (.npz, .safetensors)',
    ),
    normalization: file.describe('ranges of observations and actions (normalization.npz)'),
    out: file.describe('policy file to write (.safetensors)'),
    environment: environment('what the policy is for'),
    denoisingSteps: pretrainOptions.shape.denoisingSteps,
    ftDenoisingSteps: denoisingSteps
      .default(10)
      .describe("denoising steps that were fine-tuned, K', of a fine-tuned policy"),
    maxEpisodeSteps,
    actSteps: shape.actSteps,
    horizonSteps: chunkSteps
      .optional()
      .describe('actions predicted per chunk, Ta [default: what the weights of an MLP tell]'),
    activation: z
      .enum(['relu', 'mish', 'tanh', 'gelu'])
      .optional()
      .describe('activation, which weights do not tell [default: relu of an MLP, mish of a U-Net]'),
    groups: count
      .default(8)
      .describe('groups of the group norms of a U-Net, where it has any, which weights do not tell'),
  }),
  [
    atMost('ftDenoisingSteps', 'denoisingSteps', 'they are the last of them', { instead: (all) => all }),
    atMost('actSteps', 'horizonSteps', 'a chunk has no more actions'),
    atMost('actSteps', 'maxEpisodeSteps', 'no chunk would be executed to its end'),
  ],
);

export type ImportOptions = z.output<typeof importOptions>;
