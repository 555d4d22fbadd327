import { type SteppedSpec, stepsOf } from '@dppo/policy/head';

/**
 * How many states of a chunk's path are kept, and how many samples of PPO they are: K′ + 1 states and K′ samples where each denoising
 * step is one, of a flow K + 1 states and the whole path.
 */
export function pathSize(sampler: SteppedSpec['sampler']): {
  readonly states: number;
  readonly samples: number;
} {
  const all = stepsOf(sampler);
  if (sampler.kind === 'flow') return { states: all + 1, samples: 1 };
  const { ftDenoisingSteps = all } = sampler;
  return { states: ftDenoisingSteps + 1, samples: ftDenoisingSteps };
}
