export type { Acted, Algorithm, Counters, Episode, LearnContext, Metrics, Rollout } from './algorithm.ts';
export { isEta } from './policies/eta.ts';
export { diffusionPolicy, type DiffusionPolicyOptions, type LearnedSampler } from './policies/diffusion.ts';
export { decayedStd, type DecayedStdOptions } from './policies/decayed-std.ts';
export { flowPolicy, type FlowPolicyOptions, type LearnedNoise, type StepNoise } from './policies/flow.ts';
export { flowSdePolicy, type FlowSdePolicyOptions } from './policies/flow-sde.ts';
export { gaussianPolicy, type GaussianPolicyOptions } from './policies/gaussian.ts';
export {
  compiled,
  type Compile,
  type Network,
  type Observation,
  type Path,
  type PathSamples,
  type Policy,
} from './policies/policy.ts';
export { type CloneBatch, noisePrediction, type Objective } from './objective.ts';
export { betaTime, type DrawTime, flowMatching, logitNormalTime, uniformTime } from './flow-matching.ts';
export { checkNumbers, checkWeights } from './check-weights.ts';
export type { Chunks } from './chunks.ts';
export { DivergenceError } from './diverged.ts';
export { adaptedRate, type ActorRate, type RateRange } from './ppo/actor-rate.ts';
export { dppoDefaults, type DppoOptions } from './ppo/options.ts';
export type { ActorCritic } from './ppo/learner.ts';
export { ppo } from './ppo/ppo.ts';
export type { PpoState } from './ppo/state.ts';
export { type Epoch, pretrain, type PretrainOptions, type PretrainState, pretrainState } from './pretrain.ts';
export { type Randomness, seeded } from './randomness.ts';
export { type Clock, wallClock } from './real-time/clock.ts';
export { drive, type DriveOptions, type Robot } from './real-time/drive.ts';
export type { RealTimeMetrics } from './real-time/metrics.ts';
export { plannerAt, type Port, servePlans } from './real-time/port.ts';
export type { Spread } from './real-time/recent.ts';
export { goOn, hold, type Miss, type OnMiss, stopAt } from './real-time/on-miss.ts';
export {
  chunking,
  type ChunkingOptions,
  ensembled,
  newest,
  type Overlap,
  softMask,
  type UnderWay,
} from './real-time/overlap.ts';
export type { RealTimeOptions } from './real-time/options.ts';
export type { Planner } from './real-time/planning.ts';
export { type Controller, realTime } from './real-time/real-time.ts';
export { begin, collect, type CollectOptions, resume, type Standing } from './rollout/collect.ts';
export {
  type Collector,
  collector,
  type CollectorOptions,
  type Played,
  type Playing,
} from './rollout/collector.ts';
export { inParts } from './rollout/in-parts.ts';
export { together } from './rollout/together.ts';
export { type Asked, deploy, type Deployed, type DeployOptions, type PolicySizes } from './rollout/deploy.ts';
export type { Pull } from './rollout/pull.ts';
export { evaluate, type EvaluateOptions } from './rollout/evaluate.ts';
export { explore } from './rollout/explore.ts';
export {
  type Column,
  concatRows,
  emptyLike,
  gatherRows,
  type Numbers,
  observationOf,
  putRows,
  rowsOf,
  type Table,
  tensorsOf,
} from './rollout/table.ts';
export { split } from './split.ts';
export { type Iteration, train, type TrainOptions } from './train.ts';
