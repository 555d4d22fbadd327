import type { FlowSpec } from '@dppo/policy/head';

import { given, refuseGiven } from '../options/given.ts';
import { etaTraining } from './eta-training.ts';
import { type FlowOptions, flowOptions } from './flow-options.ts';
import { refuseBetweenSteps, refuseOtherThanDefault } from './other-than-default.ts';
import { samplerOptions, type SamplerOptions } from './sampler-options.ts';

type Told = Readonly<Record<string, unknown>>;

/** What options say of how a flow acts and explores. */
type FlowSampling = Pick<
  FlowOptions,
  'flowNoise' | 'minNoiseStd' | 'maxNoiseStd' | 'noiseHidden' | 'noiseActivation'
> &
  Pick<SamplerOptions, 'denoisedClipValue' | 'finalActionClipValue'> & {
    readonly denoisingSteps?: number | undefined;
  };

/** The `sampler` of a flow in the words of options. */
export function flowNamed({ steps, clipMean, clipAction, noise }: FlowSpec['sampler']): FlowSampling {
  const shared = {
    denoisingSteps: steps,
    denoisedClipValue: clipMean ?? null,
    finalActionClipValue: clipAction ?? null,
  };
  if (noise === undefined) return shared;
  if (typeof noise === 'number') return { ...shared, flowNoise: 'fixed', minNoiseStd: noise };
  const { min: minNoiseStd, max: maxNoiseStd, hidden = [], activation: noiseActivation = 'tanh' } = noise;
  const learned = { flowNoise: 'learned', minNoiseStd, maxNoiseStd, noiseActivation } as const;
  return { ...shared, ...learned, noiseHidden: [...hidden] };
}

/**
 * The `sampler` of a flow with what `options` say of it; it has a noise, as it is to be fine-tuned.
 *
 * @throws Error naming the option that does not fit
 */
export function flowBy(
  { network, sampler }: Pick<FlowSpec, 'network' | 'sampler'>,
  options: FlowSampling & Pick<SamplerOptions, 'randnClipValue'>,
): FlowSpec['sampler'] {
  const all = { ...flowNamed(sampler), ...given(options) };
  const { denoisingSteps: steps = sampler.steps, randnClipValue = sampler.clipNoise } = all;
  const { flowNoise = network.kind === 'mlp' ? 'learned' : 'fixed' } = all;
  const { minNoiseStd: min = 0.1, maxNoiseStd: max = 0.24 } = all;
  const { noiseHidden: hidden = [64, 64], noiseActivation: activation = 'tanh' } = all;
  const isLearned = flowNoise === 'learned';
  if (isLearned && network.kind !== 'mlp')
    throw new Error('--flow-noise: found learned, wanted fixed: the network is a U-Net');
  if (isLearned && !(min < max))
    throw new Error(`--min-noise-std: found ${min}, wanted less than --max-noise-std ${max}`);
  const bounds = given({
    clipNoise: randnClipValue,
    clipMean: all.denoisedClipValue ?? undefined,
    clipAction: all.finalActionClipValue ?? undefined,
  });
  // What was learned beside the options of a network of the noise, an import may say.
  const { noise: own } = sampler;
  const kept = typeof own === 'object' && isLearned ? own : {};
  const noise = isLearned ? { ...kept, min, max, hidden, activation } : min;
  return { kind: 'flow', steps, noise, ...bounds };
}

/** What only a diffusion has a use for, beside its sampler; the others are told apart from their defaults. */
const ofDiffusion = {
  left: [
    'ftDenoisingSteps',
    'predictEpsilon',
    'rewardHorizon',
    ...Object.keys(etaTraining),
    ...Object.keys(samplerOptions).filter(
      (name) => !['denoisedClipValue', 'finalActionClipValue', 'randnClipValue'].includes(name),
    ),
  ],
  asDefault: ['minSamplingDenoisingStd', 'minLogprobDenoisingStd'],
} as const;

/** @throws Error naming an option that only a diffusion has a use for */
export function refuseDiffusionOptions(options: Told): void {
  const why = 'the policy is a flow';
  refuseGiven(options, ofDiffusion.left, `it left out: ${why}`);
  refuseOtherThanDefault(options, ofDiffusion.asDefault, `it left out: ${why}`);
  refuseBetweenSteps(options, `${why}, and its whole path is one sample`);
}

/** @throws Error naming an option that a noise which does not learn has no use for */
export function checkUsedByNoise({ noise }: FlowSpec['sampler'], options: Told): void {
  if (typeof noise === 'object') return;
  const fixed = 'it left out, or --flow-noise learned as well';
  refuseGiven(
    options,
    ['maxNoiseStd', 'maxNoiseHoldRatio', 'maxNoiseDecayRatio', 'noiseHidden', 'noiseActivation'],
    fixed,
  );
  if (options['entCoef'] !== 0)
    refuseGiven(options, ['entCoef'], '0: only a noise that is learned has an entropy');
}

/** @throws Error naming an option that only a flow has a use for */
export function refuseFlowOptions(options: Told): void {
  refuseGiven(options, Object.keys(flowOptions), 'it left out: the policy is no flow');
}
