import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readNormalization } from '@dppo/data';

import { finetuningWork, machineCode } from '../algorithms/machine-code.ts';
import type { FinetuneOptions } from '../commands/finetune.ts';
import { checkFile } from '../options/check-file.ts';
import { kebab } from '../options/option-layers.ts';
import { boundsOf, type DiffusionSpec, readHead } from '../policy/policy-spec.ts';
import { checkOutFolder } from '../runs/check-out.ts';
import { policyIn } from '../runs/policy-in.ts';
import { checkTask } from '../tasks/check-task.ts';
import { taskOf } from '../tasks/task-of.ts';
import { nameOf, taskNamed } from '../tasks/task-spec.ts';

/**
 * The options as they are run, with all that a policy or a default of the task decides.
 *
 * @throws Error naming what does not fit; nothing is made
 */
export async function settled(options: FinetuneOptions): Promise<{ readonly options: FinetuneOptions }> {
  if (options.resume !== undefined) {
    const last = join(options.resume, 'last.safetensors');
    if (!existsSync(last))
      throw new Error(`checkpoint ${last}: no such file, expected that of a run that has begun`);
    return { options };
  }
  if (options.runDir !== undefined) checkOutFolder(options.runDir, '--run-dir');
  const policy = options.policy === undefined ? undefined : policyIn(options.policy);
  return { options: { ...settledBy(await startingSpec(options), options), policy } };
}

/** What a policy decides where the options leave it open. */
export const ofPolicy = [
  ...(['denoisingSteps', 'ftDenoisingSteps', 'condSteps', 'horizonSteps'] as const),
  ...(['actSteps', 'maxEpisodeSteps', 'timeDim', 'hidden'] as const),
];

/** The options with what they leave open: what the policy decides, and whether machine code is worth its making. */
export function settledBy(
  spec: DiffusionSpec,
  options: FinetuneOptions,
): FinetuneOptions & { readonly jit: boolean } {
  const decided = Object.fromEntries(ofPolicy.map((key) => [key, spec[key]]));
  const jit = machineCode(options.jit, finetuningWork(spec, options));
  return { ...options, environment: nameOf(spec.environment), ...decided, jit };
}

/** What training starts from: the pre-trained policy of a file; without one, a new network for a task. */
export function startingSpec(options: FinetuneOptions): Promise<DiffusionSpec> {
  return options.policy === undefined ? newSpec(options) : pretrainedSpec(options, options.policy);
}

/** @throws Error if the policy is not a diffusion policy that was only pre-trained, or not as the options say */
async function pretrainedSpec(options: FinetuneOptions, policy: string): Promise<DiffusionSpec> {
  const path = policyIn(policy);
  const { spec, fineTuned } = await readHead(path);
  if (spec.kind !== 'diffusion')
    throw new Error(`--policy ${path}: a ${spec.kind} policy, expected a diffusion policy`);
  if (fineTuned) throw new Error(`--policy ${path}: fine-tuned already, expected a pre-trained policy`);
  const { environment, denoisingSteps, condSteps, horizonSteps, timeDim, hidden } = spec;
  const own = { denoisingSteps, condSteps, horizonSteps, timeDim, hidden, environment: nameOf(environment) };
  const given = {
    ...options,
    ...(options.environment !== undefined && { environment: nameOf(taskNamed(options.environment)) }),
  };
  for (const key of [
    'environment',
    'denoisingSteps',
    'condSteps',
    'horizonSteps',
    'timeDim',
    'hidden',
  ] as const) {
    const [found, expected] = [given[key], own[key]].map((value) => JSON.stringify(value));
    if (given[key] !== undefined && found !== expected)
      throw new Error(`--${kebab(key)}: found ${found}, expected ${expected} as in --policy ${path}`);
  }
  if (options.normalization !== undefined)
    throw new Error(
      `--normalization ${options.normalization}: found with --policy, which has its own ranges`,
    );
  const { ftDenoisingSteps = Math.min(10, denoisingSteps) } = options;
  if (ftDenoisingSteps > denoisingSteps) {
    throw new Error(
      `--ft-denoising-steps: found ${ftDenoisingSteps}, expected at most ${denoisingSteps}, the denoising steps of --policy ${path}`,
    );
  }
  await checkTask(path, spec);
  return changed({ ...spec, ftDenoisingSteps }, options);
}

async function newSpec(options: FinetuneOptions): Promise<DiffusionSpec> {
  const { denoisingSteps = 20, ftDenoisingSteps = denoisingSteps } = options;
  if (options.environment === undefined)
    throw new Error('--policy is missing; or --environment, to train from scratch');
  if (ftDenoisingSteps !== denoisingSteps) {
    throw new Error(
      `--ft-denoising-steps: found ${ftDenoisingSteps}, expected ${denoisingSteps}: from scratch all denoising steps are trained`,
    );
  }
  const environment = taskNamed(options.environment);
  const { obsDim, actionDim, bounds: nominal } = await taskOf(environment);
  const bounds = options.normalization === undefined ? nominal : await rangesIn(options.normalization);
  for (const key of ['obsMin', 'obsMax', 'actionMin', 'actionMax'] as const) {
    if (bounds[key].length !== nominal[key].length) {
      throw new Error(
        `--normalization ${options.normalization}: ${key} has ${bounds[key].length} numbers, expected ${nominal[key].length} for ${options.environment}`,
      );
    }
  }
  const spec: DiffusionSpec = {
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
  };
  return changed(spec, options);
}

async function rangesIn(file: string): Promise<DiffusionSpec['bounds']> {
  checkFile(file, '--normalization');
  return boundsOf(await readNormalization(file));
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
