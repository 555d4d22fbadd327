export {
  sample,
  sampleChain,
  sampleStates,
  type Noise,
  type Sample,
  type SampleChainOptions,
  type SampleOptions,
} from './chain.ts';
export { flowMatchingLoss, interpolate } from './flow-matching.ts';
export {
  flowSampler,
  flowSdeSampler,
  reinflowTimes,
  type FlowOptions,
  type StepStd,
} from './flow-sampler.ts';
export { addNoise, type NoisyActions } from './forward.ts';
export { gaussianLogProb, type Gaussian } from './gaussian.ts';
export { type Guide, type GuidedStep, pseudoinverseGuide, type Target } from './guide.ts';
export { chainLogProbs, stepLogProbs, type LogProbOptions, type Transitions } from './log-probs.ts';
export { noisePredictionLoss } from './loss.ts';
export { entropyRate, pathLogProb, type EntropyOptions, type PathMeans, type PathOptions } from './path.ts';
export type { Mixture, PredictionOptions } from './prediction.ts';
export type { StepRange } from './range.ts';
export { ddimSampler, tableSampler, type DdimOptions, type Denoise, type Sampler } from './sampler.ts';
export { cosineSchedule, linearSchedule, type LinearScheduleOptions, type Schedule } from './schedule.ts';
export {
  ddimSteps,
  ddimTimes,
  ddpmSteps,
  evaluationSteps,
  type DdimTime,
  type DenoiseStep,
} from './steps.ts';
