export { adamw, type AdamwOptions, type AdamwState } from './adamw.ts';
export { clipByGlobalNorm, type Clipped } from './clip-by-global-norm.ts';
export { cosineWarmup, type CosineWarmupOptions } from './cosine-warmup.ts';
export { differentiate } from './differentiate.ts';
export { ema } from './ema.ts';
export type { Optimizer } from './optimizer.ts';
