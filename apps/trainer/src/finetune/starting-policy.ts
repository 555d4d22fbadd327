import { readNormalization } from '@dppo/data';
import type * as tf from '@tensorflow/tfjs';

import { tasks } from '../tasks/tasks.ts';
import { boundsOf, denoiserOf, type DiffusionSpec, readPolicy } from '../policy/policy-file.ts';
import type { FinetuneOptions } from '../commands/finetune.ts';

/** What training starts from: a description, and weights that also run the denoising steps that are not trained. */
export interface StartingPolicy {
  readonly spec: DiffusionSpec;
  readonly weights: tf.NamedTensorMap;
}

/** The pre-trained policy of a file; without one, a new network for a task. */
export function startingPolicy(options: FinetuneOptions): Promise<StartingPolicy> {
  return options.policy === undefined ? newPolicy(options) : pretrained(options, options.policy);
}

/** Options that are the policy's own: they may be given, but not be others. */
const ofPolicy = ['environment', 'denoisingSteps', 'condSteps', 'horizonSteps', 'timeDim', 'hidden'] as const;

/** @throws Error if the policy is not a diffusion policy that was only pre-trained, or not as the options say */
async function pretrained(options: FinetuneOptions, path: string): Promise<StartingPolicy> {
  const { spec, actor, frozen } = await readPolicy(path);
  if (spec.kind !== 'diffusion')
    throw new Error(`--policy ${path}: a ${spec.kind} policy, expected a diffusion policy`);
  if (frozen) throw new Error(`--policy ${path}: fine-tuned already, expected a pre-trained policy`);
  for (const key of ofPolicy) {
    const [found, expected] = [options[key], spec[key]].map((value) => JSON.stringify(value));
    if (options[key] !== undefined && found !== expected)
      throw new Error(`${key}: found ${found}, expected ${expected} as in --policy ${path}`);
  }
  if (options.normalization !== undefined)
    throw new Error(
      `--normalization ${options.normalization}: found with --policy, which has its own ranges`,
    );
  const { ftDenoisingSteps = 10 } = options;
  return { spec: changed({ ...spec, ftDenoisingSteps }, options), weights: actor };
}

async function newPolicy(options: FinetuneOptions): Promise<StartingPolicy> {
  const { environment, denoisingSteps = 20, ftDenoisingSteps = denoisingSteps } = options;
  if (environment === undefined)
    throw new Error('--policy is missing; or --environment, to train from scratch');
  if (ftDenoisingSteps !== denoisingSteps) {
    throw new Error(
      `--ft-denoising-steps: found ${ftDenoisingSteps}, expected ${denoisingSteps}: from scratch all denoising steps are trained`,
    );
  }
  const { obsDim, actionDim, bounds: nominal } = tasks[environment];
  const bounds =
    options.normalization === undefined ? nominal : boundsOf(await readNormalization(options.normalization));
  for (const key of ['obsMin', 'obsMax', 'actionMin', 'actionMax'] as const) {
    if (bounds[key].length !== nominal[key].length) {
      throw new Error(
        `--normalization ${options.normalization}: ${key} has ${bounds[key].length} numbers, expected ${nominal[key].length} for ${environment}`,
      );
    }
  }
  const spec = changed(
    {
      kind: 'diffusion',
      environment,
      obsDim,
      actionDim,
      denoisingSteps,
      ftDenoisingSteps,
      condSteps: options.condSteps ?? 1,
      horizonSteps: options.horizonSteps ?? 4,
      actSteps: 4,
      maxEpisodeSteps: 1000,
      timeDim: options.timeDim ?? 16,
      hidden: options.hidden ?? [512, 512, 512],
      bounds,
    },
    options,
  );
  return { spec, weights: denoiserOf(spec).init(options.seed) };
}

/** What the options may change of a policy. */
function changed(spec: DiffusionSpec, options: FinetuneOptions): DiffusionSpec {
  const { actSteps = spec.actSteps, maxEpisodeSteps = spec.maxEpisodeSteps, randnClipValue } = options;
  if (actSteps > spec.horizonSteps) {
    throw new Error(
      `--act-steps: found ${actSteps}, expected at most ${spec.horizonSteps}, what the policy predicts`,
    );
  }
  return { ...spec, actSteps, maxEpisodeSteps, randnClipValue };
}
