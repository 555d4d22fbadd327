import type { Network, Observation } from '@dppo/agent';
import type { Denoise } from '@dppo/diffusion';
import { denoiserMlp, unet1d } from '@dppo/nn';
import { z } from 'zod';

const size = z.number().int().min(1);
const activation = z.enum(['relu', 'mish', 'tanh', 'gelu', 'identity']);

/** A denoising network where it is another than the MLP of dppo's own policies. */
export const networkSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mlp'),
    activation,
    residual: z.boolean(),
    layerNorm: z.boolean(),
    condHidden: z.array(size),
  }),
  z.strictObject({
    kind: z.literal('unet'),
    activation,
    dim: size,
    dimMults: z.array(size).min(1),
    kernelSize: size,
    groups: size.optional(),
    conditioning: z.enum(['offset', 'film']),
    encoderLayers: z.union([z.literal(1), z.literal(3)]),
    condHidden: z.array(size),
  }),
]);

export type NetworkSpec = z.output<typeof networkSpec>;

/** Sizes that every network has. */
export interface DenoiserSizes {
  readonly obsDim: number;
  readonly actionDim: number;
  readonly condSteps: number;
  readonly horizonSteps: number;
  readonly timeDim: number;
  /** Hidden layers of an MLP; none of a U-Net. */
  readonly hidden: readonly number[];
}

const ownMlp: NetworkSpec = {
  kind: 'mlp',
  activation: 'relu',
  residual: true,
  layerNorm: false,
  condHidden: [],
};

/** The denoising network of these sizes. */
export function denoiserNetwork(
  { hidden, ...sizes }: DenoiserSizes,
  network: NetworkSpec = ownMlp,
): Network<[obs: Observation], Denoise> {
  if (network.kind === 'mlp') return denoiserMlp({ ...sizes, hidden, ...network });
  const { groups, ...rest } = network;
  return unet1d({ ...sizes, ...rest, ...(groups !== undefined && { groups }) });
}
