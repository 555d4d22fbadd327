import {
  chainLogProbs,
  cosineSchedule,
  ddimSampler,
  ddimSteps,
  ddimTimes,
  ddpmSteps,
  evaluationSteps,
  sample,
  sampleStates,
  stepLogProbs,
  tableSampler,
  type Denoise,
  type Noise,
  type Sampler,
  type Transitions,
} from '@dppo/diffusion';
import { etaAction, etaState, etaStateAction } from '@dppo/nn';
import { onlyKnows, toTensor, type GoldenArray, type GoldenCase, type Skip } from '@dppo/testing';
import type * as tf from '@tensorflow/tfjs';

import { activationNamed, recordedDenoiser } from '../../nn/test/golden.ts';

type Options = GoldenCase['inputs'];

/** Recorded noise [S, B, Ta, Da], a step at a time. */
export function replay(stepNoise: GoldenArray): Noise {
  const steps = toTensor(stepNoise).unstack<tf.Tensor3D>(0);
  let next = 0;
  return () => steps[next++];
}

/** The recorded network of a chunk of Ta actions with these weights, bound to states [B, To, Do]. */
export function denoiser(
  { constructor }: Options,
  params: tf.NamedTensorMap,
  state: tf.Tensor3D,
  { horizonSteps, skip }: { readonly horizonSteps: number; readonly skip: Skip },
): Denoise {
  return recordedDenoiser(constructor, state, horizonSteps, skip).apply(params, { state });
}

/** A recorded model as the functions that its fields of a case are compared with. */
export interface RecordedModel {
  /** The fine-tuned part of the chain [B, K′ + 1, Ta, Da], from the noise that all of it starts with. */
  chain(networks: { before: Denoise; after: Denoise }, start: tf.Tensor3D, noise: Noise): tf.Tensor4D;
  /** [B, K′, Ta, Da] */
  chainLogProbs(denoise: Denoise, chain: tf.Tensor4D): tf.Tensor4D;
  /** [B, Ta, Da] */
  stepLogProbs(denoise: Denoise, transitions: Transitions): tf.Tensor3D;
}

/** A model that explores with one sampler and evaluates with another. */
function recordedModel(options: Options, exploring: Sampler, evaluating: Sampler | undefined): RecordedModel {
  const sampler = evaluating ?? exploring;
  const from = sampler.times.length - options.ft_denoising_steps;
  const sampling = {
    minStd: evaluating ? 0 : (options.min_sampling_denoising_std ?? 0.1),
    clipNoise: options.randn_clip_value ?? Infinity,
  };
  const scoring = { from, minStd: options.min_logprob_denoising_std ?? 0.1 };
  return {
    chain: ({ before, after }, start, noise) => {
      const middle = sample(sampler, before, start, noise, { ...sampling, to: from });
      const clipAction = options.final_action_clip_value ?? Infinity;
      return sampleStates(sampler, after, middle, noise, { ...sampling, from, clipAction });
    },
    chainLogProbs: (denoise, chain) => chainLogProbs(exploring, denoise, chain, scoring),
    stepLogProbs: (denoise, transitions) => stepLogProbs(exploring, denoise, transitions, scoring),
  };
}

/** What predicts and bounds the clean chunk. */
export function predicting(options: Options) {
  return {
    clipX0: options.denoised_clip_value === null ? Infinity : (options.denoised_clip_value ?? 1),
    prediction: (options.predict_epsilon ?? true) ? 'epsilon' : 'x0',
  } as const;
}

/** The model whose steps are known beforehand: all of DDPM, and DDIM of a fixed η whose ε̂ is not clamped. */
function tabulated(options: Options, eta: number, deterministic: boolean): RecordedModel {
  const schedule = cosineSchedule(options.denoising_steps);
  const table = (scale: number) =>
    options.use_ddim ? ddimSteps(schedule, options.ddim_steps, scale) : ddpmSteps(schedule);
  const evaluating = deterministic ? tableSampler(evaluationSteps(table(0)), predicting(options)) : undefined;
  return recordedModel(options, tableSampler(table(eta), predicting(options)), evaluating);
}

/** The model of DDIM with any η [B, 1, 1 or Da]. */
function ddim(options: Options, eta: number | tf.Tensor, deterministic: boolean): RecordedModel {
  const times = ddimTimes(cosineSchedule(options.denoising_steps), options.ddim_steps);
  const clips = { ...predicting(options), clipEpsilon: options.eps_clip_value ?? Infinity };
  const evaluating = deterministic ? ddimSampler(times, 0, clips) : undefined;
  return recordedModel(options, ddimSampler(times, eta, clips), evaluating);
}

/** Every way in which we compute what a recorded model does. */
export function models(
  options: Options,
  eta: number | tf.Tensor,
  deterministic: boolean,
): [name: string, model: RecordedModel][] {
  const tables = typeof eta === 'number' && !(options.use_ddim && options.eps_clip_value);
  return [
    ...(tables ? [['of tabulated steps', tabulated(options, eta, deterministic)] as const] : []),
    ...(options.use_ddim ? [['of any eta', ddim(options, eta, deterministic)] as const] : []),
  ].map(([name, model]) => [name, model]);
}

/** Skips where a recorded model sets an option that we do not have. */
export function checkModel(options: Options, skip: Skip): void {
  onlyKnows(
    `denoising_steps ft_denoising_steps denoised_clip_value randn_clip_value
    final_action_clip_value eps_clip_value predict_epsilon min_sampling_denoising_std
    min_logprob_denoising_std use_ddim ddim_steps gamma_denoising clip_ploss_coef
    clip_ploss_coef_base clip_ploss_coef_rate clip_vloss_coef norm_adv learn_eta
    clip_advantage_lower_quantile clip_advantage_upper_quantile`.split(/\s+/),
    options,
    skip,
  );
  if (options.use_ddim && options.predict_epsilon === false)
    skip('DDIM of a network that predicts x0 is not supported');
}

/** The recorded η for states [B, To, Do], as a function of its weights: a number where it is fixed, as in the reference. */
export function recordedEta(
  eta: Options,
  skip: Skip,
): (params: tf.NamedTensorMap, state: tf.Tensor3D) => number | tf.Tensor3D {
  if (!eta) return () => 1;
  const { base_eta: base, min_eta: min, max_eta: max, ...rest } = eta;
  const range = {
    ...(base !== undefined && { base }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
  if (eta.kind === 'EtaFixed') return () => base ?? 0.5;
  onlyKnows('kind action_dim input_dim mlp_dims activation_type'.split(/\s+/), rest, skip);
  if (eta.kind === 'EtaAction') {
    return (params, state) => etaAction({ ...range, actionDim: eta.action_dim }).apply(params, { state });
  }
  const activation = activationNamed(eta.activation_type ?? 'ReLU', skip);
  const layers = ({ shape: [, condSteps, obsDim] }: tf.Tensor3D) => ({
    ...range,
    obsDim,
    condSteps,
    activation,
    hidden: eta.mlp_dims ?? [256, 256],
  });
  if (eta.kind === 'EtaState') return (params, state) => etaState(layers(state)).apply(params, { state });
  if (eta.kind === 'EtaStateAction') {
    return (params, state) =>
      etaStateAction({ ...layers(state), actionDim: eta.action_dim }).apply(params, { state });
  }
  return skip(`eta of kind ${eta.kind} is not supported`);
}
