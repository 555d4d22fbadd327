import { isFlow, stepsOf, type SteppedSpec } from '@dppo/policy/head';

import { pathSize } from '../algorithms/path-size.ts';
import { given } from '../options/given.ts';
import { steppedOf } from '../runs/policy-in.ts';
import { actingPolicy } from '../tasks/check-task.ts';
import type { FinetuneOptions } from './finetune-options.ts';
import type { StartOptions } from './start-options.ts';
import { settled } from './starting-spec.ts';

/** Chunks of a minibatch. */
const chunks = 512;

/** What `dppo start` makes of options that depend on what the policy is. */
type Settings = Pick<FinetuneOptions, 'batchSize' | 'clipPlossCoef'> & Partial<FinetuneOptions>;

/** The options of `dppo start`, with what the policy decides of those that are left open. */
export async function startSettled(
  options: StartOptions,
): Promise<{ readonly options: FinetuneOptions }> {
  const { policy, fineTuned, spec } = await actingPolicy(options.policy, options.envTimeout);
  return settled({ ...startSettings(steppedOf(policy, spec), fineTuned), ...given(options) });
}

/** A pre-trained flow in one step, a pre-trained diffusion by DDIM in five; one that was fine-tuned in the steps that it was fine-tuned in. */
export function startSettings(spec: SteppedSpec, fineTuned: boolean): Settings {
  if (isFlow(spec)) {
    const { noise } = spec.sampler;
    const explores = noise === undefined && spec.network.kind === 'mlp' ? flowNoise : {};
    return { batchSize: chunks, clipPlossCoef: 0.01, ...(noise === undefined && flowSteps), ...explores };
  }
  const steps = Math.min(ddim.ddimSteps, stepsOf(spec.sampler));
  const sampler = fineTuned ? {} : { ...ddim, ddimSteps: steps, ftDenoisingSteps: steps };
  const { samples } = fineTuned ? pathSize(spec.sampler) : { samples: steps };
  return { batchSize: chunks * samples, clipPlossCoef: 0.02, ...sampler };
}

const flowSteps = { denoisingSteps: 1 };
const flowNoise = { flowNoise: 'learned', minNoiseStd: 0.08, maxNoiseStd: 0.16 } as const;
const ddim = { ddimSteps: 5, ftDenoisingSteps: 5, eta: 0.5 };
