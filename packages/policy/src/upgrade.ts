import { aboutFile } from '@dppo/files';
import { z } from 'zod';

const numbers = z.array(z.number());
const size = z.number().int().min(1);
const activation = z.enum(['relu', 'mish', 'tanh', 'gelu', 'identity']);
const common = {
  environment: z.union([
    z.string().transform((name) => ({ kind: 'named', name })),
    z.strictObject({ kind: z.literal('named'), name: z.string() }),
    z.strictObject({ kind: z.enum(['module', 'mjcf']), path: z.string() }),
  ]),
  obsDim: size,
  actionDim: size,
  condSteps: size,
  horizonSteps: size,
  actSteps: size,
  maxEpisodeSteps: size,
  hidden: z.array(size),
  bounds: z.strictObject({ obsMin: numbers, obsMax: numbers, actionMin: numbers, actionMax: numbers }),
};

/** How policies were described before they had a format's number. */
const first = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('diffusion'),
    ...common,
    denoisingSteps: size,
    timeDim: size,
    ftDenoisingSteps: size.exactOptional(),
    randnClipValue: z.number().positive().exactOptional(),
    network: z
      .discriminatedUnion('kind', [
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
          groups: size.exactOptional(),
          conditioning: z.enum(['offset', 'film']),
          encoderLayers: z.union([z.literal(1), z.literal(3)]),
          condHidden: z.array(size),
        }),
      ])
      .exactOptional(),
  }),
  z.strictObject({ kind: z.literal('gaussian'), ...common }),
]);

const ownMlp = { kind: 'mlp', activation: 'relu', residual: true, layerNorm: false, condHidden: [] };

/**
 * A description of the first format as one of today; what programs did by default then is written out.
 *
 * @throws Error that begins with `name` and says what is missing, unknown or of another type, and where
 */
export function upgrade(value: unknown, name: string): unknown {
  const parsed = first.safeParse(value);
  if (!parsed.success) throw aboutFile(name, z.prettifyError(parsed.error));
  const old = parsed.data;
  const { obsDim, actionDim, condSteps, horizonSteps, hidden, bounds, actSteps, maxEpisodeSteps } = old;
  const sizes = { obsDim, actionDim, condSteps, horizonSteps };
  const task = { ...old.environment, actSteps, maxEpisodeSteps };
  if (old.kind === 'gaussian') {
    const network = { kind: 'gaussian', ...sizes, hidden, activation: 'tanh', residual: false };
    return { network, sampler: { kind: 'gaussian', clipNoise: 3 }, bounds, task };
  }
  const { denoisingSteps, ftDenoisingSteps, timeDim, network = ownMlp, randnClipValue: clipNoise = 3 } = old;
  return {
    network: { ...network, ...sizes, timeDim, ...(network.kind === 'mlp' && { hidden }) },
    sampler: {
      kind: 'ddpm',
      denoisingSteps,
      ...(ftDenoisingSteps !== undefined && { ftDenoisingSteps }),
      clipX0: 1,
      clipNoise,
    },
    bounds,
    task,
  };
}
