import { readGolden, type Golden, type GoldenArray, type GoldenCase } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';

import { denoiserMlp } from '../../nn/src/index.ts';
import {
  cosineSchedule,
  ddimSteps,
  ddpmSteps,
  evaluationSteps,
  withMinStd,
  type Denoise,
  type DenoiseStep,
  type Noise,
  type TransitionOptions,
} from '../src/index.ts';

/** Every recorded case where the complete file lies beside the project, otherwise those that the package keeps. */
export function recorded(name: string): Golden {
  const golden =
    readGolden(new URL(`../../../../shared/golden/${name}.json`, import.meta.url)) ??
    readGolden(new URL(`../golden/${name}.json`, import.meta.url)) ??
    readGolden(new URL(`../golden/${name}.json.gz`, import.meta.url));
  if (!golden) throw new Error(`no recorded ${name}`);
  return golden;
}

/** A recorded array as a float tensor. */
function tensor({ data, shape }: GoldenArray): tf.Tensor {
  return tf.tensor(Float32Array.from(data), shape);
}

/** Recorded chunks or observations [B, T, D]. */
export function tensor3d({ data, shape }: GoldenArray): tf.Tensor3D {
  const [b, t, d] = shape;
  return tf.tensor3d(Float32Array.from(data), [b, t, d]);
}

export function parameters(weights: Record<string, GoldenArray>): tf.NamedTensorMap {
  return Object.fromEntries(Object.entries(weights).map(([name, array]) => [name, tensor(array)]));
}

/** Recorded noise [S, B, Ta, Da], a step at a time. */
export function replay(stepNoise: GoldenArray): Noise {
  const steps = tensor(stepNoise).unstack<tf.Tensor3D>(0);
  let next = 0;
  return () => steps[next++];
}

interface RecordedDenoiser {
  readonly action_dim: number;
  readonly horizon_steps: number;
  readonly time_dim: number;
  readonly mlp_dims: number[];
}

/** The recorded denoiser, with its constructor's arguments and weights, bound to an observation. */
export function denoiser(sizes: RecordedDenoiser, params: tf.NamedTensorMap, state: tf.Tensor3D): Denoise {
  const network = denoiserMlp({
    obsDim: state.shape[2],
    condSteps: state.shape[1],
    actionDim: sizes.action_dim,
    horizonSteps: sizes.horizon_steps,
    timeDim: sizes.time_dim,
    hidden: sizes.mlp_dims,
    activation: 'relu',
  });
  return network.apply(params, state);
}

export interface Samplers {
  readonly sampling: DenoiseStep[];
  readonly logProb: DenoiseStep[];
  readonly options: TransitionOptions;
}

/** What the recorded options of a model mean as steps and transition options. */
export function samplers(options: GoldenCase['options'], deterministic: boolean): Samplers {
  const schedule = cosineSchedule(options.denoising_steps);
  const make = (eta: number): DenoiseStep[] =>
    options.use_ddim ? ddimSteps(schedule, options.ddim_steps, eta) : ddpmSteps(schedule);
  return {
    sampling: deterministic
      ? evaluationSteps(make(0))
      : withMinStd(make(1), options.min_sampling_denoising_std),
    logProb: withMinStd(make(1), options.min_logprob_denoising_std ?? 1e-3),
    options: {
      clipX0: options.denoised_clip_value ?? Infinity,
      prediction: options.predict_epsilon ? 'epsilon' : 'x0',
    },
  };
}
