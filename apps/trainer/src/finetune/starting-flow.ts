import type { FlowSpec } from '@dppo/policy/head';

import { kebab } from '../options/option-layers.ts';
import { checkUsedByFlow, flowBy, flowNamed } from '../policy/flow-by.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import { startingTask } from './starting-task.ts';

/**
 * A flow as it is fine-tuned: its velocity serves any number of steps, until one was fine-tuned.
 *
 * @throws Error naming the option that does not fit
 */
export function startingFlow(policy: string, spec: FlowSpec, options: FinetuneOptions): FlowSpec {
  if (spec.sampler.noise !== undefined) checkTuned(policy, spec.sampler, options);
  const sampler = flowBy(spec, options);
  checkUsedByFlow(sampler, options);
  return { ...spec, sampler, task: startingTask(spec, options) };
}

/** @throws Error naming an option that asks a fine-tuned flow for other steps or another noise than it was fine-tuned with */
function checkTuned(policy: string, sampler: FlowSpec['sampler'], options: FinetuneOptions): void {
  const own = flowNamed(sampler);
  for (const name of ['denoisingSteps', 'flowNoise', 'noiseHidden', 'noiseActivation'] as const) {
    const [asked, was] = [options[name], own[name]].map((value) => JSON.stringify(value));
    if (asked !== undefined && asked !== was)
      throw new Error(
        `--${kebab(name)}: found ${asked}, wanted ${was ?? 'it left out'}, as --policy ${policy} was fine-tuned with`,
      );
  }
}
