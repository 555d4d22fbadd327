import { flowPolicy, type FlowPolicyOptions, type LearnedNoise, type Policy } from '@dppo/agent';
import { type Denoise, flowMlp, type Network, noiseMlp, type Observation, type StepNoise } from '@dppo/nn';
import type * as tf from '@tensorflow/tfjs';

import { networkWeights } from './network-weights.ts';
import type { DenoiserSpec, FlowSamplerSpec, FlowSpec, NoiseSpec } from './spec.ts';

/** How a flow is fine-tuned, beside its description; options of `flowPolicy`, with its defaults. */
export interface FlowTraining extends Pick<
  FlowPolicyOptions,
  'withStart' | 'minLogProb' | 'maxLogProb' | 'imitation'
> {
  /** Largest σ of a learned noise by finished iterations, in place of that of the description. */
  readonly maxNoise?: (iteration: number) => number;
}

/** A flow of this `velocity` that explores by the noise of its description or, where that has none, by one of σ 0.1. */
export function flowOf(
  { network, sampler }: Pick<FlowSpec, 'network' | 'sampler'>,
  velocity: Network<[obs: Observation], Denoise>,
  frozen: tf.NamedTensorMap,
  { maxNoise, ...training }: FlowTraining = {},
): Policy {
  const { steps, clipMean = Infinity, clipNoise = Infinity, clipAction = Infinity } = sampler;
  const { horizonSteps, actionDim } = network;
  return flowPolicy({
    network: velocity,
    frozen: networkWeights(frozen),
    steps,
    noise: sigmaOf(sampler, network, maxNoise),
    horizonSteps,
    actionDim,
    clipMean,
    clipNoise,
    clipAction,
    ...training,
  });
}

function sigmaOf(
  { noise = 0.1, steps }: FlowSamplerSpec,
  network: DenoiserSpec,
  max: FlowTraining['maxNoise'],
): number | LearnedNoise {
  if (typeof noise === 'number') return noise;
  return { network: noiseOf(noise, network, steps), min: noise.min, max: max ?? noise.max };
}

/**
 * The network of a learned `noise` for a flow of this `network` in so many `steps`; its weights are the policy's whose names begin with `noise.`.
 *
 * @throws RangeError unless the network is a multilayer perceptron
 */
export function noiseOf(
  noise: NoiseSpec,
  network: DenoiserSpec,
  steps: number,
): Network<[flowParams: tf.NamedTensorMap, obs: Observation], StepNoise> {
  if (network.kind !== 'mlp') {
    throw new RangeError(`noiseOf: network.kind is ${network.kind}, wanted mlp, whose embeddings it sees`);
  }
  return noiseMlp({ ...noise, flow: flowMlp(network), steps });
}
