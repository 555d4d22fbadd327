import type { FlowSpec } from '@dppo/policy/head';

import { checkUsedByNoise, flowBy, flowNamed } from '../policy/flow-by.ts';
import { checkTuned } from './check-tuned.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { startingTask } from './starting-task.ts';

/**
 * A flow as it is fine-tuned: its velocity serves any number of steps, until one was fine-tuned.
 *
 * @throws Error naming the option that does not fit
 */
export function startingFlow(policy: string, spec: FlowSpec, options: FinetuneOptions): FlowSpec {
  if (spec.sampler.noise !== undefined) {
    const kept = ['denoisingSteps', 'flowNoise', 'noiseHidden', 'noiseActivation'];
    checkTuned(policy, kept, { options: { ...options }, own: { ...flowNamed(spec.sampler) } });
  }
  const sampler = flowBy(spec, options);
  checkUsedByNoise(sampler, options);
  return { ...spec, sampler, task: startingTask(spec, options) };
}
