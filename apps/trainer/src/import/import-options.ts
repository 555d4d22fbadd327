import { z } from 'zod';

import { atMost, bounded } from '../options/relation.ts';
import {
  activation,
  chunkSteps,
  count,
  denoisingSteps,
  environment,
  file,
  maxEpisodeSteps,
  positive,
} from '../options/shared-options.ts';
import { predictEpsilon } from '../policy/network-options.ts';
import { samplerOptions } from '../policy/sampler-options.ts';

/** `dppo import` */
export const importOptions = bounded(
  z.strictObject({
    weights: file.describe(
      'checkpoint of the reference or of ReinFlow (.pt), or of diffusion_policy (.ckpt), folder of a lerobot policy, or weights by their PyTorch names (.npz, .safetensors)',
    ),
    normalization: file
      .optional()
      .describe(
        'ranges of observations and actions (normalization.npz) [default: what a policy of diffusion_policy or lerobot tells]',
      ),
    out: file.describe('policy file to write (.safetensors)'),
    environment: environment('what the policy is for'),
    kind: z
      .enum(['diffusion', 'flow'])
      .optional()
      .describe(
        'what the policy is, which weights of a pre-trained one do not tell: a diffusion, or a flow of ReinFlow [default: diffusion, or what fine-tuned weights tell]',
      ),
    denoisingSteps: denoisingSteps
      .optional()
      .describe(
        'denoising steps of the schedule, K, or steps of a flow [default: 20, of a flow 4, or what the policy tells]',
      ),
    ftDenoisingSteps: denoisingSteps
      .optional()
      .describe(
        "denoising steps that were fine-tuned, K', of a fine-tuned policy; of a flow those whose noise is learned [default: 10, or all of fewer; of a flow all]",
      ),
    maxEpisodeSteps,
    actSteps: chunkSteps
      .optional()
      .describe('actions executed of each chunk [default: 4, or what the policy tells]'),
    horizonSteps: chunkSteps
      .optional()
      .describe('actions predicted per chunk, Ta [default: what the weights of an MLP tell]'),
    activation: activation
      .optional()
      .describe(
        'activation between the layers, which weights do not tell [default: relu of an MLP, mish of a U-Net]',
      ),
    noiseActivation: activation
      .optional()
      .describe(
        "activation in the network of a fine-tuned flow's noise, which weights do not tell [default: tanh]",
      ),
    outActivation: activation
      .optional()
      .describe('activation of what an MLP predicts, which weights do not tell [default: identity]'),
    normGroups: count
      .optional()
      .describe(
        'groups of channels that a U-Net normalises together, which weights do not tell [default: 8 where there are norms]',
      ),
    groupNormEpsilon: positive
      .optional()
      .describe(
        'added to the variance of a group of channels, which weights do not tell [default: 1e-5 where there are norms]',
      ),
    predictEpsilon: predictEpsilon.describe(
      'whether the network tells the noise, or else the clean action [default: true]',
    ),
    ddimSteps: samplerOptions.ddimSteps.describe('steps of DDIM, in place of the K of DDPM [default: DDPM]'),
    eta: samplerOptions.eta.describe(
      'η of DDIM while exploring; of an η by the observation what its network adds to, which weights do not tell [default: 1, learned 0.5, for state-action 1]',
    ),
    etaMin: samplerOptions.etaMin.describe(
      'least η of weights of η [default: 0.1, by observation and action 0.001]',
    ),
    etaMax: samplerOptions.etaMax.describe(
      'largest η of weights of η [default: 1, by observation and action 2]',
    ),
    etaActivation: samplerOptions.etaActivation.describe(
      'activation in an η by the observation, which weights do not tell [default: relu]',
    ),
    denoisedClipValue: samplerOptions.denoisedClipValue.describe(
      'bound of the predicted clean action, or of each step of a flow, null for none [default: 1]',
    ),
    finalActionClipValue: samplerOptions.finalActionClipValue.describe(
      'bound of the actions that come out, null for none [default: none, of a flow 1]',
    ),
    epsClipValue: samplerOptions.epsClipValue.describe(
      'DDIM: bound of the noise that goes with the bounded clean action, null for none [default: none]',
    ),
  }),
  [
    atMost('ddimSteps', 'denoisingSteps', 'DDIM visits some of them'),
    ...['denoisingSteps', 'ddimSteps'].map((all) =>
      atMost('ftDenoisingSteps', all, 'they are the last of them'),
    ),
    atMost('actSteps', 'horizonSteps', 'a chunk has no more actions'),
    atMost('actSteps', 'maxEpisodeSteps', 'no chunk would be executed to its end'),
  ],
);

export type ImportOptions = z.output<typeof importOptions>;
