import { z } from 'zod';

import { activation, count, countUpTo, plainLayers, positive, timeDim } from '../options/shared-options.ts';

const channels = countUpTo(16_384, 'two such layers share 1 GB');
const oddKernel = countUpTo(1001, 'a chunk has fewer actions').refine(
  (size) => size % 2 === 1,
  'wanted an odd number, as many actions before as after',
);

/** The network that denoises; `origin` begins what the description says of the default. */
export const networkOptions = (origin: string) => ({
  network: z.enum(['mlp', 'unet']).optional().describe(`network that denoises ${origin} mlp]`),
  timeDim: timeDim.optional().describe(`size of the time embedding ${origin} 16, of a U-Net 32]`),
  activation: activation
    .optional()
    .describe(`activation between the layers ${origin} relu, of a U-Net mish]`),
  condHidden: plainLayers
    .optional()
    .describe(
      `layers of a network that the observation passes first; of a U-Net residual ones, an odd number of equal sizes and the size that it ends with ${origin} []]`,
    ),
  hidden: plainLayers
    .optional()
    .describe(
      `MLP: sizes of the hidden layers, an odd number of equal ones where they are residual ${origin} [512,512,512]]`,
    ),
  residual: z
    .boolean()
    .optional()
    .describe(`MLP: blocks of two layers with a way around them, in place of a plain stack ${origin} true]`),
  layerNorm: z.boolean().optional().describe(`MLP: normalise the layers ${origin} false]`),
  outActivation: activation.optional().describe(`MLP: activation of what it predicts ${origin} identity]`),
  unetDim: channels.optional().describe(`U-Net: channels of the first level ${origin} 32]`),
  dimMults: z
    .array(channels)
    .min(1)
    .max(10, 'wanted at most 10 levels: each but the last halves a chunk of at most 1000 actions')
    .optional()
    .describe(`U-Net: channels of each level in multiples of unetDim, the first 1 ${origin} [1,2,4,8]]`),
  kernelSize: oddKernel
    .optional()
    .describe(`U-Net: actions that a convolution reaches, an odd number ${origin} 5]`),
  normGroups: count
    .optional()
    .describe(`U-Net: groups of channels that are normalised together, a divisor of unetDim ${origin} none]`),
  groupNormEpsilon: positive
    .optional()
    .describe(`U-Net: added to the variance of a group of channels ${origin} 1e-5]`),
  conditioning: z
    .enum(['offset', 'film'])
    .optional()
    .describe(
      `U-Net: what the condition does to a channel: film scales it and adds to it, offset adds ${origin} offset]`,
    ),
  encoderLayers: z
    .union([z.literal(1), z.literal(3)], 'wanted 1 or 3')
    .optional()
    .describe(`U-Net: layers that encode the condition in each block ${origin} 3, with condHidden 1]`),
});

/** Names of the options of networks. */
export const networkNames: readonly string[] = Object.keys(networkOptions(''));

/** What the network is trained to tell. */
export const predictEpsilon = z.boolean().optional();

/** The network that values observations, while a policy is fine-tuned. */
export const criticOptions = {
  criticHidden: plainLayers
    .min(1)
    .default([256, 256, 256])
    .describe(
      'sizes of the hidden layers of the critic, an odd number of equal ones where they are residual',
    ),
  criticActivation: activation.default('mish').describe('activation between the layers of the critic'),
  criticResidual: z
    .boolean()
    .default(true)
    .describe('critic: blocks of two layers with a way around them, in place of a plain stack'),
  criticLayerNorm: z.boolean().default(false).describe('critic: normalise the layers'),
};

type Fields = ReturnType<typeof networkOptions>;

/** Options that say what network denoises; those that are absent are as it is by itself. */
export type NetworkOptions = { readonly [Name in keyof Fields]?: z.output<Fields[Name]> | undefined };

/** Options that say what network values observations. */
export type CriticOptions = {
  readonly [Name in keyof typeof criticOptions]: z.output<(typeof criticOptions)[Name]>;
};
