import { cosineWarmup, type CosineWarmupOptions } from '@dppo/optim';

/** `cosineWarmup` whose floor `min` gives way to a lower `max`: nothing learns faster than the rate that was asked for. */
export function rateSchedule({ max, min, ...cycle }: CosineWarmupOptions): (step: number) => number {
  return cosineWarmup({ max, min: Math.min(min, max), ...cycle });
}
