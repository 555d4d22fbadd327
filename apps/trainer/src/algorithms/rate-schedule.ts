import { cosineWarmup, type CosineWarmupOptions } from '@dppo/optim';

import type { FinetuneOptions } from '../finetune/finetune-options.ts';

/** `cosineWarmup` whose floor `min` gives way to a lower `max`: nothing learns faster than the rate that was asked for. */
export function rateSchedule({ max, min, ...cycle }: CosineWarmupOptions): (step: number) => number {
  return cosineWarmup({ max, min: Math.min(min, max), ...cycle });
}

/** Iterations in which the actor has learned, of so many that are finished: the schedule of what is not trained yet stands still. */
export function trainedOf(
  iteration: number,
  { nCriticWarmupItr }: Pick<FinetuneOptions, 'nCriticWarmupItr'>,
): number {
  return Math.max(0, iteration - nCriticWarmupItr);
}

/** The learning rates of actor and critic by finished iterations. */
export function ratesOf(options: FinetuneOptions): {
  actorLr: (iteration: number) => number;
  criticLr: (iteration: number) => number;
} {
  const { lrWarmupSteps: warmupSteps, lrCycleSteps: cycleSteps } = options;
  const actorRate = rateSchedule({ max: options.actorLr, min: options.actorMinLr, warmupSteps, cycleSteps });
  const criticLr = rateSchedule({ max: options.criticLr, min: options.criticMinLr, warmupSteps, cycleSteps });
  return { actorLr: (iteration) => actorRate(trainedOf(iteration, options)), criticLr };
}
