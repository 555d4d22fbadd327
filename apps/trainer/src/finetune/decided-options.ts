import { isFlow, learnedEta, type SteppedSpec } from '@dppo/policy/head';

import { finetuningWork, machineCode } from '../algorithms/machine-code.ts';
import { given } from '../options/given.ts';
import { etaTrainingOf } from '../policy/eta-training.ts';
import { flowNamed } from '../policy/flow-by.ts';
import { networkNamed } from '../policy/network-by.ts';
import { networkNames } from '../policy/network-options.ts';
import { samplerNamed } from '../policy/sampler-by.ts';
import { nameOf } from '../tasks/task-place.ts';
import type { FinetuneOptions } from './finetune-options.ts';

type Decided = Readonly<Record<string, unknown>>;

/** What a policy alone decides, by the name of the option. */
export function fixedBy(spec: SteppedSpec): Decided {
  const { task, network } = spec;
  const shared = {
    environment: nameOf(task),
    condSteps: network.condSteps,
    horizonSteps: network.horizonSteps,
    ...networkNamed(network),
  };
  if (isFlow(spec)) return shared;
  const { denoisingSteps, prediction } = spec.sampler;
  return { ...shared, denoisingSteps, predictEpsilon: prediction !== 'x0' };
}

/** What a policy decides where the options leave it open. */
function openBy(spec: SteppedSpec): Decided {
  const { actSteps, maxEpisodeSteps, endAtSuccess } = spec.task;
  const shared = { actSteps, maxEpisodeSteps, ...given({ endAtSuccess }) };
  if (isFlow(spec)) return { ...shared, ...flowNamed(spec.sampler) };
  const { ftDenoisingSteps } = spec.sampler;
  return { ...shared, ftDenoisingSteps, ...samplerNamed(spec.sampler) };
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
  'endAtSuccess',
  'denoisedClipValue',
  'finalActionClipValue',
  'epsClipValue',
];

/** The options with what they leave open: what the policy decides, how its η is trained, and whether machine code is worth its making. */
export function settledBy(
  spec: SteppedSpec,
  options: FinetuneOptions,
): FinetuneOptions & { readonly jit: boolean } {
  const jit = machineCode(options.jit, spec.network, finetuningWork(spec, options));
  const learnsEta = !isFlow(spec) && learnedEta(spec.sampler) !== undefined;
  return {
    ...options,
    ...fixedBy(spec),
    ...openBy(spec),
    ...(learnsEta && etaTrainingOf(options)),
    jit,
  };
}
