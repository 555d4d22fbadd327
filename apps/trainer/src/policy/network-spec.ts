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
