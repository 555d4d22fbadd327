import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { aboutFile } from '@dppo/files';
import { z } from 'zod';

import type { FoundPolicy } from './found-policy.ts';
import { weightsIn, type Weights } from './import-weights.ts';
import { jsonIn } from './lerobot-files.ts';
import { normalizationIn, type Stats } from './lerobot-normalization.ts';
import { lerobotNames } from './their-names.ts';
import { rangesBy, type Scaling } from './their-ranges.ts';
import { samplerOf, type SamplerWishes } from './their-sampler.ts';
import { unetOf, weightsOf } from './their-unet.ts';

const size = z.number().int().min(1).max(16_384);
const steps = z.number().int().min(1).max(1000);
const feature = z.looseObject({ type: z.string(), shape: z.array(size) });
const vector = z.looseObject({ type: z.string(), shape: z.tuple([size]) });

const [state, environment, action] = ['observation.state', 'observation.environment_state', 'action'];

/** Of config.json; what is left out is of training, or of images. */
const config = z.looseObject({
  n_obs_steps: steps,
  horizon: steps,
  n_action_steps: steps,
  input_features: z.record(z.string(), feature),
  output_features: z.looseObject({ [action]: vector }),
  normalization_mapping: z.record(z.string(), z.string()),
  down_dims: z.array(size).min(1).max(10),
  kernel_size: size,
  n_groups: size,
  diffusion_step_embed_dim: size,
  use_film_scale_modulation: z.boolean(),
  noise_scheduler_type: z.enum(['DDPM', 'DDIM']),
  num_train_timesteps: steps,
  beta_schedule: z.string(),
  prediction_type: z.string(),
  clip_sample: z.boolean(),
  clip_sample_range: z.number(),
  num_inference_steps: z.number().int().nullable(),
});

/**
 * A diffusion policy in a folder of lerobot that sees numbers alone, observation.state and then observation.environment_state.
 *
 * @param folder - with config.json, model.safetensors and, since 0.4, the processors that normalise
 * @throws Error naming the file, and what of the policy has no counterpart here
 * @see https://github.com/huggingface/lerobot src/lerobot/policies/diffusion
 */
export async function readLerobot(folder: string, wishes: SamplerWishes = {}): Promise<FoundPolicy> {
  const file = join(folder, 'config.json');
  if (!existsSync(file)) throw new Error(`${folder}: no config.json in it, wanted a policy of lerobot`);
  const their = checked(file, await jsonIn(file));
  const path = join(folder, 'model.safetensors');
  const all = await weightsIn(path);
  const stats = await normalizationIn(folder, all, their.normalization_mapping);
  try {
    return policyOf(their, all, stats, wishes);
  } catch (error) {
    throw aboutFile(folder, error);
  }
}

function checked(file: string, json: unknown): z.output<typeof config> {
  const { type, input_features: features } = z
    .looseObject({ type: z.unknown(), input_features: z.unknown() })
    .catch({ type: undefined, input_features: undefined })
    .parse(json);
  if (type !== 'diffusion')
    throw new Error(`${file}: a policy of type ${JSON.stringify(type)}, wanted "diffusion"`);
  if (features === undefined || features === null)
    throw new Error(`${file}: no input_features, wanted those of lerobot 0.1 or later`);
  const parsed = config.safeParse(json);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw new Error(`${file}: ${path.join('.')}: ${message}`);
  }
  return parsed.data;
}

function policyOf(
  their: z.output<typeof config>,
  all: Weights,
  stats: Stats,
  wishes: SamplerWishes,
): FoundPolicy {
  const seen = seenIn(their.input_features);
  const [actionDim] = their.output_features[action].shape;
  const network = unetOf({
    obsDim: seen.reduce((sum, { dim }) => sum + dim, 0),
    actionDim,
    condSteps: their.n_obs_steps,
    horizonSteps: their.horizon,
    downDims: their.down_dims,
    stepDim: their.diffusion_step_embed_dim,
    kernelSize: their.kernel_size,
    groups: their.n_groups,
    film: their.use_film_scale_modulation,
  });
  const { weights, others } = weightsOf(network, all, 'diffusion.unet.', lerobotNames);
  const { beta_schedule, prediction_type, clip_sample, clip_sample_range, num_train_timesteps } = their;
  const settings = { beta_schedule, prediction_type, clip_sample, clip_sample_range, num_train_timesteps };
  return {
    kind: 'a policy of lerobot',
    network,
    weights,
    sampler: samplerOf(
      {
        kind: their.noise_scheduler_type === 'DDIM' ? 'ddim' : 'ddpm',
        settings,
        steps: their.num_inference_steps ?? undefined,
      },
      wishes,
    ),
    bounds: rangesBy(
      joined(seen.map(({ name, type, dim }) => stats.seen(name, type, dim))),
      stats.done(action, 'ACTION', actionDim),
    ),
    actSteps: their.n_action_steps,
    firstAction: their.n_obs_steps - 1,
    leftOut: others.filter((name) => !/^(un)?normalize_(inputs|targets|outputs)\./.test(name)),
  };
}

interface Seen {
  readonly name: string;
  readonly type: string;
  readonly dim: number;
}

/** The numbers that their policy sees, in its order. */
function seenIn(features: z.output<typeof config>['input_features']): readonly Seen[] {
  const image = Object.entries(features).find(([, { type }]) => type === 'VISUAL');
  if (image)
    throw new Error(
      `sees ${image[0]}, an image, wanted a policy that sees ${state} and ${environment} alone`,
    );
  if (!Object.hasOwn(features, state)) throw new Error(`does not see ${state}, wanted a policy that does`);
  const other = Object.entries(features).find(([name, { type }]) => type === 'ENV' && name !== environment);
  if (other) throw new Error(`sees ${other[0]}, wanted ${environment}`);
  return [state, environment].flatMap((name) => {
    if (!Object.hasOwn(features, name)) return [];
    const { type, shape } = features[name];
    const [dim, ...more] = shape;
    if (dim === undefined || more.length > 0)
      throw new Error(`${name} is [${shape.join()}], wanted one axis`);
    return [{ name, type, dim }];
  });
}

function joined(all: readonly Scaling[]): Scaling {
  return { low: all.flatMap(({ low }) => low), width: all.flatMap(({ width }) => width) };
}
