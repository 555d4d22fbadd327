import { z } from 'zod';

import { atMost, type Relation } from '../options/relation.ts';
import { activation, denoisingSteps, plainLayers, positive, weight } from '../options/shared-options.ts';

const ofPolicy = "[default: the policy's; from scratch";
const eta = weight.max(10, 'wanted at most 10, ten times the noise of DDPM');

/** How actions are drawn from a network that denoises. */
export const samplerOptions = {
  ddimSteps: denoisingSteps.optional().describe(`steps of DDIM, in place of the K of DDPM ${ofPolicy} DDPM]`),
  eta: eta
    .optional()
    .describe(
      "η of DDIM while exploring, 1 as much noise as DDPM has; where it is learned, its start [default: the policy's; else 1, learned 0.5, for state-action 1]",
    ),
  learnEta: z
    .enum(['fixed', 'action', 'state', 'state-action'])
    .optional()
    .describe(
      "learn η: one for all, one for each dimension of an action, or by the observation; entCoef rewards a large one [default: the policy's; else do not]",
    ),
  etaMin: eta
    .optional()
    .describe("least η that is learned [default: the policy's; else 0.1, for state-action 0.001]"),
  etaMax: eta
    .optional()
    .describe("largest η that is learned [default: the policy's; else 1, for state-action 2]"),
  etaHidden: plainLayers
    .optional()
    .describe(
      "sizes of the hidden layers of an η by the observation [default: the policy's; else [256,256]]",
    ),
  etaActivation: activation
    .optional()
    .describe("activation in an η by the observation [default: the policy's; else relu]"),
  denoisedClipValue: positive
    .nullable()
    .optional()
    .describe(`bound of the predicted clean action, null for none ${ofPolicy} 1]`),
  finalActionClipValue: positive
    .nullable()
    .optional()
    .describe(`bound of the actions that come out, null for none ${ofPolicy} none]`),
  epsClipValue: positive
    .nullable()
    .optional()
    .describe(
      `DDIM: bound of the noise that goes with the bounded clean action, null for none ${ofPolicy} none]`,
    ),
  randnClipValue: positive.default(3).describe('bound of the noise of a denoising step, standard deviations'),
};

/** What bounds what in them. */
export const samplerRelations: readonly Relation[] = [
  atMost('ddimSteps', 'denoisingSteps', 'DDIM visits some of them'),
  atMost('ftDenoisingSteps', 'ddimSteps', 'they are the last of them'),
];

/** Options that say how actions are drawn; those that are absent leave it to the policy. */
export type SamplerOptions = {
  readonly [Name in keyof typeof samplerOptions]?: z.output<(typeof samplerOptions)[Name]> | undefined;
};
