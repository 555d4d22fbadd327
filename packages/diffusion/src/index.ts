export { addNoise, type NoisyActions } from './add-noise.ts';
export { chainLogProbs } from './chain-log-probs.ts';
export {
  ddimChainLogProbs,
  sampleDdimChain,
  type DdimSampler,
  type SampleDdimOptions,
} from './ddim-chain.ts';
export { ddimStepLogProbs } from './ddim-step-log-probs.ts';
export { ddimTransition, type DdimTransitionOptions } from './ddim-transition.ts';
export { gaussianLogProb } from './log-prob.ts';
export { noisePredictionLoss } from './noise-prediction-loss.ts';
export {
  sample,
  sampleChain,
  type Noise,
  type Sample,
  type SampleChainOptions,
  type SampleOptions,
} from './sample.ts';
export { cosineSchedule, type Schedule } from './schedule.ts';
export { stepLogProbs, type Transitions } from './step-log-probs.ts';
export {
  ddimSteps,
  ddimTimes,
  ddpmSteps,
  evaluationSteps,
  withMinStd,
  type DdimTime,
  type DenoiseStep,
} from './steps.ts';
export {
  transition,
  type Denoise,
  type Denoiser,
  type Gaussian,
  type TransitionOptions,
} from './transition.ts';
