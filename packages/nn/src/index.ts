export { activate, type Activation } from './activation.ts';
export { denoiserMlp, type DenoiserMlpOptions, type TimedMlp } from './denoiser-mlp.ts';
export {
  etaAction,
  etaFixed,
  etaState,
  etaStateAction,
  type EtaActionOptions,
  type EtaRange,
  type EtaStateActionOptions,
  type EtaStateOptions,
} from './eta.ts';
export { flowMlp } from './flow-mlp.ts';
export { gaussianMlp, type ChunkGaussian, type GaussianMlpOptions } from './gaussian-mlp.ts';
export type { Denoise, Network } from './network.ts';
export { noiseMlp, type NoiseMlpOptions, type StdRange, type StepNoise } from './noise-mlp.ts';
export type { Observation, ObservationOptions } from './observation.ts';
export { timeEmbedding } from './time-embedding.ts';
export { unet1d, type Unet1dOptions } from './unet1d.ts';
export { valueMlp, type ValueMlpOptions } from './value-mlp.ts';
