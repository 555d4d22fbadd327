import { flowPolicy, type LearnedNoise, type Policy } from '@dppo/agent';
import { type Denoise, flowMlp, type Network, noiseMlp, type Observation, type StepNoise } from '@dppo/nn';
import type * as tf from '@tensorflow/tfjs';

import type { DenoiserSpec, FlowSamplerSpec, FlowSpec, NoiseSpec } from './spec.ts';

/** A flow of this `velocity` that explores by the noise of its description or, where that has none, by one of σ 0.1. */
export function flowOf(
  { network, sampler }: Pick<FlowSpec, 'network' | 'sampler'>,
  velocity: Network<[obs: Observation], Denoise>,
  frozen: tf.NamedTensorMap,
): Policy {
  const { steps, clipMean = Infinity, clipNoise = Infinity, clipAction = Infinity } = sampler;
  const { horizonSteps, actionDim } = network;
  return flowPolicy({
    network: velocity,
    frozen: velocityIn(frozen),
    steps,
    noise: sigmaOf(sampler, network),
    horizonSteps,
    actionDim,
    clipMean,
    clipNoise,
    clipAction,
  });
}

function sigmaOf({ noise = 0.1, steps }: FlowSamplerSpec, network: DenoiserSpec): number | LearnedNoise {
  if (typeof noise === 'number') return noise;
  return { network: noiseOf(noise, network, steps), min: noise.min, max: noise.max };
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

/** The weights of the velocity among those of a flow. */
function velocityIn(params: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !name.startsWith('noise.')));
}
