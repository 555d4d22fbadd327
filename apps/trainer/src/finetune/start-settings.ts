import { isFlow, stepsOf, type SteppedSpec } from '@dppo/policy/head';

import { pathSize } from '../algorithms/path-size.ts';
import type { FinetuneOptions } from './finetune-options.ts';

/** Chunks of a minibatch. */
const chunks = 512;

/** What `dppo start` does with a flow: it learns in one step, with a noise that it learns as well. */
export const startOfFlow = {
  batchSize: chunks,
  clipPlossCoef: 0.01,
  denoisingSteps: 1,
  flowNoise: 'learned',
  minNoiseStd: 0.08,
  maxNoiseStd: 0.16,
  noiseHidden: [64, 64],
  noiseActivation: 'tanh',
} as const;

/** And with a diffusion policy: DDIM in five steps, which all are samples. */
export const startOfDiffusion = {
  batchSize: 5 * chunks,
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
    const { batchSize, clipPlossCoef, denoisingSteps, ...noise } = startOfFlow;
    const learned = spec.network.kind === 'mlp' ? { ...noise, noiseHidden: [...noise.noiseHidden] } : {};
    const isNew = spec.sampler.noise === undefined;
    return { batchSize, clipPlossCoef, ...(isNew && { denoisingSteps, ...learned }) };
  }
  const { clipPlossCoef } = startOfDiffusion;
  if (fineTuned) return { batchSize: chunks * pathSize(spec.sampler).samples, clipPlossCoef };
  const steps = Math.min(startOfDiffusion.ddimSteps, stepsOf(spec.sampler));
  const sampler = { ...startOfDiffusion, ddimSteps: steps, ftDenoisingSteps: steps };
  return { ...sampler, batchSize: chunks * steps };
}
