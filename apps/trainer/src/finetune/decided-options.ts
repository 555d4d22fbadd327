import { type DiffusionSpec, learnedEta } from '@dppo/policy/head';

import { finetuningWork, machineCode } from '../algorithms/machine-code.ts';
import { etaTrainingOf } from '../policy/eta-training.ts';
import { networkNamed } from '../policy/network-by.ts';
import { networkNames } from '../policy/network-options.ts';
import { samplerNamed } from '../policy/sampler-by.ts';
import { nameOf } from '../tasks/task-place.ts';
import type { FinetuneOptions } from './finetune-options.ts';

type Decided = Readonly<Record<string, unknown>>;

/** What a policy alone decides, by the name of the option. */
export function fixedBy({ task, sampler, network }: DiffusionSpec): Decided {
  return {
    environment: nameOf(task),
    denoisingSteps: sampler.denoisingSteps,
    predictEpsilon: sampler.prediction !== 'x0',
    condSteps: network.condSteps,
    horizonSteps: network.horizonSteps,
    ...networkNamed(network),
  };
}

/** What a policy decides where the options leave it open. */
function openBy({ task, sampler }: DiffusionSpec): Decided {
  const { actSteps, maxEpisodeSteps } = task;
  return {
    ftDenoisingSteps: sampler.ftDenoisingSteps,
    actSteps,
    maxEpisodeSteps,
    ...samplerNamed(sampler),
  };
}

/** Names of the options that a policy decides. */
export const ofPolicy: readonly string[] = [
  'environment',
  'denoisingSteps',
  'predictEpsilon',
  'condSteps',
  'horizonSteps',
  ...networkNames,
  'ftDenoisingSteps',
  'actSteps',
  'maxEpisodeSteps',
  'denoisedClipValue',
  'finalActionClipValue',
  'epsClipValue',
];

/** The options with what they leave open: what the policy decides, how its η is trained, and whether machine code is worth its making. */
export function settledBy(
  spec: DiffusionSpec,
  options: FinetuneOptions,
): FinetuneOptions & { readonly jit: boolean } {
  const jit = machineCode(options.jit, spec.network, finetuningWork(spec, options));
  const etaTraining = learnedEta(spec.sampler) === undefined ? {} : etaTrainingOf(options);
  return { ...options, ...fixedBy(spec), ...openBy(spec), ...etaTraining, jit };
}
