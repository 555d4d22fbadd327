import type { GoldenCase } from '@dppo/testing';

import { cosineWarmup } from '../src/index.ts';

/**
 * The learning rate after so many steps of a recorded schedule, its arguments named as the reference names them. Its
 * cycles may grow (cycle_mult) and its maximum fall (gamma) from one to the next: each is a schedule of its own.
 */
export function recordedRate(schedule: GoldenCase['inputs'], highest: number): (step: number) => number {
  const { min_lr: min, warmup_steps: warmupSteps, cycle_mult: growth = 1, gamma: fall = 1 } = schedule;
  return (step) => {
    let [first, cycleSteps, max] = [0, schedule.first_cycle_steps, highest];
    while (step - first >= cycleSteps) {
      first += cycleSteps;
      cycleSteps = Math.floor((cycleSteps - warmupSteps) * growth) + warmupSteps;
      max *= fall;
    }
    // Only the very first step is at the minimum without a warm-up: a later cycle starts as it comes around.
    const inCycle = first === 0 ? step : cycleSteps + step - first;
    return cosineWarmup({ max, min, warmupSteps, cycleSteps })(inCycle);
  };
}
