export { clipToQuantiles, normalizeAdvantages } from './advantages.ts';
export { chunkLogProb, type ChunkLogProbOptions } from './chunk-log-prob.ts';
export { cloningLoss } from './cloning-loss.ts';
export { clipRanges, denoisingDiscounts, type ClipRange } from './denoising.ts';
export { explainedVariance } from './explained-variance.ts';
export { gae, referenceBootstrap, type Discount, type Rewarded } from './gae.ts';
export { permutation } from './permutation.ts';
export {
  approxKl,
  clipFraction,
  clippedSurrogate,
  valueLoss,
  type Ratio,
  type SurrogateBatch,
  type ValueBatch,
  type ValueLossOptions,
} from './ppo.ts';
export {
  rewardScale,
  scaleRewards,
  type RewardScale,
  type Rewards,
  type ScaleRewardsOptions,
} from './scale-rewards.ts';
