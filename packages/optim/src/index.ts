export { adamw, type AdamwOptions, type AdamwState } from './adamw.ts';
export { annealed, type AnnealedOptions } from './annealed.ts';
export { clipByGlobalNorm, type Clipped } from './clip-by-global-norm.ts';
export { cosineWarmup, type CosineWarmupOptions } from './cosine-warmup.ts';
export { differentiate } from './differentiate.ts';
export { ema } from './ema.ts';
export type { LearningRate, Optimizer } from './optimizer.ts';
export { partition, type Rates } from './partition.ts';
export {
  copy,
  flatten,
  release,
  unflatten,
  type Flat,
  type Json,
  type TensorTree,
  type Tree,
} from './tree.ts';
