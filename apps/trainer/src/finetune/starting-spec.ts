import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import {
  type DenoisingSpec,
  type DiffusionSpec,
  isFlow,
  learnedEta,
  stepsOf,
  type SteppedSpec,
} from '@dppo/policy/head';

import { checkTrainable } from '../algorithms/trainable.ts';
import { serverOf } from '../cluster/server-of.ts';
import { kebab } from '../options/option-layers.ts';
import { checkOutFolder } from '../runs/check-out.ts';
import { checkNotInUse } from '../runs/open-folder.ts';
import { policyIn, steppedOf } from '../runs/policy-in.ts';
import { actingPolicy } from '../tasks/check-task.ts';
import { checkCritic } from '../policy/network-by.ts';
import { refuseDiffusionOptions, refuseFlowOptions } from '../policy/flow-by.ts';
import { refuseBetweenSteps } from '../policy/other-than-default.ts';
import { newPolicy } from '../policy/new-policy.ts';
import { etaTrainingOf } from '../policy/eta-training.ts';
import { checkUsed, samplerBy, samplerNamed } from '../policy/sampler-by.ts';
import { rangesIn } from '../tasks/ranges.ts';
import { taskOf } from '../tasks/task-of.ts';
import { nameOf, taskNamed } from '../tasks/task-place.ts';
import { checkTuned } from './check-tuned.ts';
import { fixedBy, settledBy } from './decided-options.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { checkMemory } from './iteration-memory.ts';
import { startingFlow } from './starting-flow.ts';
import { startingTask } from './starting-task.ts';

/** Options as they are run, and what training starts from; of a run that goes on its folder has that. */
interface Settled {
  readonly options: FinetuneOptions;
  readonly spec?: SteppedSpec;
}

/**
 * The options as they are run, with all that a policy or a default of the task decides.
 *
 * @throws Error naming what does not fit; nothing is made
 */
export async function settled(options: FinetuneOptions): Promise<Settled> {
  if (options.cluster !== undefined) serverOf(options.cluster, options);
  if (options.resume !== undefined) {
    const last = join(options.resume, 'last.safetensors');
    if (options.autoResume === true) return { options };
    checkNotInUse(options.resume);
    if (!existsSync(last))
      throw new Error(`checkpoint ${last}: no such file, wanted that of a run that has begun`);
    return { options };
  }
  // With autoResume the folder may be one that a killed process left: whoever opens it tells.
  if (options.runDir !== undefined && options.autoResume !== true)
    checkOutFolder(options.runDir, '--run-dir');
  const policy = options.policy === undefined ? undefined : policyIn(options.policy);
  checkCritic(options);
  const spec = await startingSpec(options);
  checkTrainable(options.backend, spec.network);
  checkMemory(spec, options);
  return { options: { ...settledBy(spec, options), policy }, spec };
}

/** What options that are left out are from scratch. */
export const fromScratch = {
  denoisingSteps: 20,
  condSteps: 1,
  horizonSteps: 4,
  actSteps: 4,
  maxEpisodeSteps: 1000,
};

/** What training starts from: the policy of a file; without one, a new network for a task. */
export function startingSpec(options: FinetuneOptions): Promise<SteppedSpec> {
  return options.policy === undefined ? newSpec(options) : specOf(options, options.policy);
}

/** @throws Error if the policy is neither a diffusion policy nor a flow, or not as the options say */
async function specOf(options: FinetuneOptions, file: string): Promise<SteppedSpec> {
  const { policy, fineTuned, spec: found } = await actingPolicy(file, options.envTimeout);
  const spec = steppedOf(policy, found);
  // Of the wrong kind is said before any number that is another for that.
  (isFlow(spec) ? refuseDiffusionOptions : refuseFlowOptions)(options);
  const { environment } = options;
  const given: Readonly<Record<string, unknown>> = {
    ...options,
    ...(environment !== undefined && { environment: nameOf(taskNamed(environment)) }),
  };
  for (const [name, value] of Object.entries(fixedBy(spec))) {
    const [asked, own] = [given[name], value].map((each) => JSON.stringify(each));
    if (asked !== undefined && asked !== own) {
      throw new Error(
        `--${kebab(name)}: found ${asked}, wanted ${own ?? 'it left out'} as in --policy ${policy}`,
      );
    }
  }
  const { normalization } = options;
  if (normalization !== undefined && !isDeepStrictEqual(await rangesIn(normalization), spec.bounds))
    throw new Error(`--normalization ${normalization}: found with --policy, which has its own ranges`);
  return isFlow(spec)
    ? startingFlow(policy, spec, options)
    : startingDiffusion(policy, { spec, fineTuned }, options);
}

/** @throws Error naming an option that does not fit the diffusion policy that is fine-tuned */
function startingDiffusion(
  policy: string,
  { spec, fineTuned }: { readonly spec: DiffusionSpec; readonly fineTuned: boolean },
  options: FinetuneOptions,
): DiffusionSpec {
  if (fineTuned) {
    const own = { ...samplerNamed(spec.sampler) };
    checkTuned(policy, keptOf(spec.sampler), { options: { ...options }, own });
  }
  const sampler = samplerBy(spec.sampler, options);
  const steps = stepsOf(sampler);
  const tuned = fineTuned ? (spec.sampler.ftDenoisingSteps ?? steps) : undefined;
  const { ftDenoisingSteps = tuned ?? Math.min(10, steps) } = options;
  if (ftDenoisingSteps > steps) {
    throw new Error(
      `--ft-denoising-steps: found ${ftDenoisingSteps}, wanted at most ${steps}, the denoising steps of --policy ${policy}`,
    );
  }
  if (tuned !== undefined && ftDenoisingSteps !== tuned) {
    throw new Error(
      `--ft-denoising-steps: found ${ftDenoisingSteps}, wanted ${tuned}, the steps that --policy ${policy} was fine-tuned in`,
    );
  }
  return changed({ ...spec, sampler }, ftDenoisingSteps, options);
}

/** The options of a sampler that a fine-tuned policy keeps. */
function keptOf(sampler: DenoisingSpec): readonly string[] {
  const learned = ['learnEta', 'eta', 'etaMin', 'etaMax', 'etaHidden', 'etaActivation'];
  return ['ddimSteps', ...(learnedEta(sampler) === undefined ? [] : learned)];
}

async function newSpec(options: FinetuneOptions): Promise<DiffusionSpec> {
  const { denoisingSteps = fromScratch.denoisingSteps, environment, normalization } = options;
  refuseFlowOptions(options);
  const steps = options.ddimSteps ?? denoisingSteps;
  const { ftDenoisingSteps = steps } = options;
  if (environment === undefined)
    throw new Error('--policy is missing; or --environment, to train from scratch');
  if (ftDenoisingSteps !== steps) {
    throw new Error(
      `--ft-denoising-steps: found ${ftDenoisingSteps}, wanted ${steps}, or --policy as well: from scratch all denoising steps are trained`,
    );
  }
  const place = taskNamed(environment);
  const task = await taskOf(place, options.envTimeout);
  const bounds = normalization === undefined ? task.bounds : await rangesIn(normalization);
  for (const key of ['obsMin', 'obsMax', 'actionMin', 'actionMax'] as const) {
    if (bounds[key].length !== task.bounds[key].length) {
      throw new Error(
        `--normalization ${normalization}: ${key} has ${bounds[key].length} numbers, wanted ${task.bounds[key].length} for ${environment}`,
      );
    }
  }
  const given = Object.entries(options).filter(([name, value]) => name in fromScratch && value !== undefined);
  const spec = newPolicy(place, task, bounds, { ...options, ...fromScratch, ...Object.fromEntries(given) });
  return changed(spec, ftDenoisingSteps, options);
}

/** A policy as it is fine-tuned: with what the options may change of it. */
function changed(
  { sampler, ...spec }: DiffusionSpec,
  ftDenoisingSteps: number,
  options: FinetuneOptions,
): DiffusionSpec {
  const task = startingTask(spec, options);
  checkUsed(sampler, options);
  if (ftDenoisingSteps === 1) refuseBetweenSteps({ ...options }, 'one denoising step is fine-tuned');
  if (learnedEta(sampler) !== undefined) etaTrainingOf(options);
  return {
    ...spec,
    sampler: { ...sampler, ftDenoisingSteps, clipNoise: options.randnClipValue },
    task,
  };
}
