import { onlyKnows, type Skip } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';

import { flowMlp, noiseMlp, type Observation, type StepNoise, type TimedMlp } from '../src/index.ts';
import { activationNamed, type Constructor, type State, timedLayers } from './golden.ts';

/** The velocity network that the arguments of a FlowMLP describe, for states [B, To, Do]. */
export function recordedFlow(
  constructor: Constructor,
  { shape: [, condSteps, obsDim] }: State,
  horizonSteps: number,
  skip: Skip,
): TimedMlp {
  const sizes = { obsDim, condSteps, horizonSteps, actionDim: constructor.action_dim };
  return flowMlp({ ...sizes, ...timedLayers(constructor, skip) });
}

/** Parameters of both networks, named as ReinFlow names them, and an observation to the σ that is learned. */
export interface RecordedNoise {
  /** What is learned of the noise, and the name of each parameter as ours has it. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  apply(weights: tf.NamedTensorMap, obs: Observation): StepNoise;
}

/** The noise network that recorded options describe, for a velocity network. */
export function recordedNoise(flow: TimedMlp, noise: Constructor, skip: Skip): RecordedNoise {
  onlyKnows(
    `denoising_steps ft_denoising_steps noise_scheduler_type min_logprob_denoising_std
    max_logprob_denoising_std learn_explore_time_embedding time_dim_explore use_time_independent_noise
    noise_hidden_dims explore_net_activation_type std_max_now`.split(/\s+/),
    noise,
    skip,
  );
  if (noise.noise_scheduler_type === 'const') {
    const chunks = ({ state }: Observation) => tf.zeros<tf.Rank.R3>([state.shape[0], ...flow.chunk]);
    return {
      shapes: {},
      apply:
        (_weights, obs) =>
        (_step, { min }) =>
          chunks(obs).add(min),
    };
  }
  if (!['learn', 'learn_decay'].includes(noise.noise_scheduler_type)) {
    skip(`noise of type ${noise.noise_scheduler_type} is not supported`);
  }
  const network = noiseMlp({
    flow,
    steps: noise.denoising_steps,
    learnedSteps: noise.ft_denoising_steps,
    time: timeFeature(noise),
    ...(noise.time_dim_explore ? { tableDim: noise.time_dim_explore } : {}),
    ...(noise.noise_hidden_dims ? { hidden: noise.noise_hidden_dims } : {}),
    activation: activationNamed(noise.explore_net_activation_type, skip),
  });
  return {
    shapes: network.shapes,
    apply: (weights, obs) => network.apply(noiseWeights(weights), membersOf(weights, 'policy.'), obs),
  };
}

function timeFeature(noise: Constructor): 'embedding' | 'table' | 'none' {
  if (noise.use_time_independent_noise) return 'none';
  return noise.learn_explore_time_embedding ? 'table' : 'embedding';
}

/** ReinFlow's weights of the noise network by our names. */
export function noiseWeights(weights: tf.NamedTensorMap): tf.NamedTensorMap {
  const table = Object.entries(weights).filter(([name]) => name.startsWith('time_embedding_explore.'));
  return { ...membersOf(weights, 'explore_noise_net.'), ...Object.fromEntries(table) };
}

/** What stands under names that begin with `prefix`, by its names without it. */
export function membersOf<T>(record: Readonly<Record<string, T>>, prefix: string): Record<string, T> {
  const all = Object.entries(record).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(all.map(([name, value]) => [name.slice(prefix.length), value]));
}
