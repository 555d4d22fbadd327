import { isFlow, stepsOf, type SteppedSpec } from '@dppo/policy/head';

import { pathSize } from '../algorithms/path-size.ts';
import type { FinetuneOptions } from './finetune-options.ts';

/** Chunks of a minibatch of a diffusion policy. */
const chunks = 512;

const ppoOfFlow = { batchSize: 128, actorLr: 5e-5, actorMinLr: 1e-5, clipPlossCoef: 0.01 } as const;
const noiseOfFlow = {
  flowNoise: 'learned',
  minNoiseStd: 0.08,
  maxNoiseStd: 0.16,
  noiseHidden: [64, 64],
  noiseActivation: 'tanh',
} as const;

/** What `dppo start` does with a flow: it learns in one step, with a noise that it learns as well, in many small steps of the optimizer. */
export const startOfFlow = { ...ppoOfFlow, denoisingSteps: 1, ...noiseOfFlow } as const;

/** And with a diffusion policy: DDIM in five steps, which all are samples. */
export const startOfDiffusion = {
  batchSize: 5 * chunks,
  actorLr: 3e-4,
  actorMinLr: 5e-5,
  clipPlossCoef: 0.02,
  ddimSteps: 5,
  ftDenoisingSteps: 5,
  eta: 0.5,
} as const;

/** Which of them a policy takes: what was fine-tuned keeps its steps and its noise. */
export function startSettings({
  spec,
  fineTuned,
}: {
  readonly spec: SteppedSpec;
  readonly fineTuned: boolean;
}): Readonly<Partial<FinetuneOptions>> {
  if (isFlow(spec)) {
    const noise = { ...noiseOfFlow, noiseHidden: [...noiseOfFlow.noiseHidden] };
    const { denoisingSteps } = startOfFlow;
    const isNew = spec.sampler.noise === undefined;
    return { ...ppoOfFlow, ...(isNew && { denoisingSteps, ...(spec.network.kind === 'mlp' && noise) }) };
  }
  const { ddimSteps, ftDenoisingSteps: _, eta, ...ppo } = startOfDiffusion;
  if (fineTuned) return { ...ppo, batchSize: chunks * pathSize(spec.sampler).samples };
  const steps = Math.min(ddimSteps, stepsOf(spec.sampler));
  return { ...ppo, ddimSteps: steps, ftDenoisingSteps: steps, eta, batchSize: chunks * steps };
}
