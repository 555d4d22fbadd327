import { z } from 'zod';

import { lessThan, type Relation } from '../options/relation.ts';
import { activation, fraction, plainLayers, stdFloor } from '../options/shared-options.ts';

/** How a flow is fine-tuned, beside what diffusion policies share; ReinFlow's presets for Gym are the defaults but for the bounds of ln p. */
export const flowOptions = {
  flowNoise: z
    .enum(['learned', 'fixed'])
    .optional()
    .describe(
      "flow: the noise that explores in each step, learned by the observation, or of one σ, minNoiseStd [default: the policy's; else learned, of a U-Net fixed]",
    ),
  minNoiseStd: stdFloor
    .optional()
    .describe("flow: smallest σ of that noise [default: the policy's; else 0.1]"),
  maxNoiseStd: stdFloor
    .optional()
    .describe("flow: largest σ that is learned [default: the policy's; else 0.24]"),
  maxNoiseHoldRatio: fraction
    .optional()
    .describe('flow: share of the iterations in which the largest σ stays [default: 0.35]'),
  maxNoiseDecayRatio: fraction
    .optional()
    .describe(
      'flow: where the largest σ falls to from then on, as a share of what it is above the smallest [default: 0.7]',
    ),
  noiseHidden: plainLayers
    .optional()
    .describe(
      "flow: sizes of the hidden layers of the network that the noise is learned by [default: the policy's; else [64,64]]",
    ),
  noiseActivation: activation
    .optional()
    .describe("flow: activation in it [default: the policy's; else tanh]"),
  minLogProb: z
    .number()
    .optional()
    .describe('flow: ln p of a chunk, a mean over steps and elements, is clamped from below [default: none]'),
  maxLogProb: z
    .number()
    .optional()
    .describe('flow: and from above; chunks beyond have no gradient [default: none]'),
  bcLossType: z
    .enum(['w2', 'likelihood'])
    .optional()
    .describe(
      'flow: what bcLossCoeff weighs: the distance of the actions from those before fine-tuning, or how unlikely those are [default: w2]',
    ),
};

/** What bounds what in them. */
export const flowRelations: readonly Relation[] = [
  lessThan('minNoiseStd', 'maxNoiseStd', 'σ is learned between them'),
  lessThan('minLogProb', 'maxLogProb', 'ln p is clamped between them'),
];

/** Options of a flow; those that are absent leave it to the policy or its default. */
export type FlowOptions = {
  readonly [Name in keyof typeof flowOptions]?: z.output<(typeof flowOptions)[Name]> | undefined;
};
