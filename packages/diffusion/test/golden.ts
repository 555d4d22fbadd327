import { onlyKnows, toTensor, type GoldenArray, type GoldenCase, type Skip } from '@dppo/testing';
import type * as tf from '@tensorflow/tfjs';

import { etaAction, etaState, etaStateAction } from '../../nn/src/index.ts';
import { activationNamed, recordedDenoiser } from '../../nn/test/golden.ts';
import {
  chainLogProbs,
  cosineSchedule,
  ddimChainLogProbs,
  ddimStepLogProbs,
  ddimSteps,
  ddimTimes,
  ddpmSteps,
  evaluationSteps,
  sample,
  sampleChain,
  sampleDdimChain,
  stepLogProbs,
  withMinStd,
  type Denoise,
  type DenoiseStep,
  type Noise,
  type Transitions,
} from '../src/index.ts';

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
  return recordedDenoiser(constructor, state, horizonSteps, skip).apply(params, state);
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

function clips(options: Options) {
  return {
    clipX0: options.denoised_clip_value === null ? Infinity : (options.denoised_clip_value ?? 1),
    clipEpsilon: options.eps_clip_value ?? Infinity,
    clipNoise: options.randn_clip_value ?? Infinity,
  };
}

const samplingStd = (options: Options): number => options.min_sampling_denoising_std ?? 0.1;
const logProbStd = (options: Options): number => options.min_logprob_denoising_std ?? 0.1;

/** The model whose steps are known beforehand: all of DDPM, and DDIM of a fixed η whose ε̂ is not clamped. */
function tabulated(options: Options, eta: number, deterministic: boolean): RecordedModel {
  const schedule = cosineSchedule(options.denoising_steps);
  const table = (scale: number): DenoiseStep[] =>
    options.use_ddim ? ddimSteps(schedule, options.ddim_steps, scale) : ddpmSteps(schedule);
  const sampling = deterministic ? evaluationSteps(table(0)) : withMinStd(table(eta), samplingStd(options));
  const cut = sampling.length - options.ft_denoising_steps;
  const tail = withMinStd(table(eta), logProbStd(options)).slice(cut);
  const { clipEpsilon: _, ...shared } = clips(options);
  const settings = { ...shared, prediction: options.predict_epsilon ? 'epsilon' : 'x0' } as const;
  return {
    chain: ({ before, after }, start, noise) => {
      const middle = sample(before, start, sampling.slice(0, cut), noise, settings);
      return sampleChain(after, middle, sampling.slice(cut), noise, {
        ...settings,
        clipAction: options.final_action_clip_value ?? Infinity,
        // Evaluation has steps without noise, which have no density; the chain is compared alone.
        logProbSteps: withMinStd(sampling.slice(cut), 1),
      }).chain;
    },
    chainLogProbs: (denoise, chain) => chainLogProbs(denoise, chain, tail, settings),
    stepLogProbs: (denoise, transitions) => stepLogProbs(denoise, transitions, tail, settings),
  };
}

/** The model of DDIM with any η [B, 1, 1 or Da]. */
function ddim(options: Options, eta: number | tf.Tensor, deterministic: boolean): RecordedModel {
  const times = ddimTimes(cosineSchedule(options.denoising_steps), options.ddim_steps);
  const cut = times.length - options.ft_denoising_steps;
  const tail = times.slice(cut);
  const minStd = deterministic ? 0 : samplingStd(options);
  const settings = { ...clips(options), minStd, logProbMinStd: 1 };
  const used = deterministic ? 0 : eta;
  const density = { ...clips(options), minStd: logProbStd(options) };
  return {
    chain: ({ before, after }, start, noise) => {
      let middle = start;
      if (cut > 0) {
        const { chain } = sampleDdimChain(
          before,
          start,
          { times: times.slice(0, cut), eta: used },
          noise,
          settings,
        );
        middle = chain.slice([0, cut], [-1, 1]).squeeze<tf.Tensor3D>([1]);
      }
      const clipAction = options.final_action_clip_value ?? Infinity;
      return sampleDdimChain(after, middle, { times: tail, eta: used }, noise, { ...settings, clipAction })
        .chain;
    },
    chainLogProbs: (denoise, chain) => ddimChainLogProbs(denoise, chain, { times: tail, eta }, density),
    stepLogProbs: (denoise, transitions) =>
      ddimStepLogProbs(denoise, transitions, { times: tail, eta }, density),
  };
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
  if (options.use_ddim && !options.predict_epsilon)
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
    return (params, state) => etaAction({ ...range, actionDim: eta.action_dim }).apply(params, state);
  }
  const activation = activationNamed(eta.activation_type ?? 'ReLU', skip);
  const layers = ({ shape: [, condSteps, obsDim] }: tf.Tensor3D) => ({
    ...range,
    obsDim,
    condSteps,
    activation,
    hidden: eta.mlp_dims ?? [256, 256],
  });
  if (eta.kind === 'EtaState') return (params, state) => etaState(layers(state)).apply(params, state);
  if (eta.kind === 'EtaStateAction') {
    return (params, state) =>
      etaStateAction({ ...layers(state), actionDim: eta.action_dim }).apply(params, state);
  }
  return skip(`eta of kind ${eta.kind} is not supported`);
}
