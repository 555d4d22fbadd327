import type { NetworkSpec, SamplerSpec } from './spec.ts';

/** What does not agree with the rest of a description. */
export type Misfit = readonly [path: string, found: string | number, expected: string];

/** What of a learned noise does not agree with itself, its flow or the network. */
export function noiseMisfits(net: NetworkSpec, draw: SamplerSpec): Misfit[] {
  if (draw.kind !== 'flow' || typeof draw.noise !== 'object') return [];
  const { min, max, learnedSteps = 1 } = draw.noise;
  const found: Misfit[] = [];
  if (net.kind !== 'mlp') found.push(['sampler.noise', 'learned', `a number for network.kind ${net.kind}`]);
  if (min >= max) found.push(['sampler.noise.min', min, `less than sampler.noise.max, ${max}`]);
  if (learnedSteps > draw.steps)
    found.push(['sampler.noise.learnedSteps', learnedSteps, `at most all steps, ${draw.steps}`]);
  return found;
}
