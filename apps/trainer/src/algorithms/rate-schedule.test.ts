import { cosineWarmup } from '@dppo/optim';
import { expect, it } from 'vitest';

import { rateSchedule } from './rate-schedule.ts';

const cycle = { warmupSteps: 10, cycleSteps: 1000 };
const steps = [0, 1, 5, 10, 500, 999];

it('never learns faster than asked, where the rate lies below its floor', () => {
  expect(steps.map(rateSchedule({ max: 1e-5, min: 1e-4, ...cycle }))).toEqual(steps.map(() => 1e-5));
});

it('is the schedule of the reference where the floor lies below the rate', () => {
  const rates = { max: 1e-3, min: 1e-4, ...cycle };
  expect(steps.map(rateSchedule(rates))).toEqual(steps.map(cosineWarmup(rates)));
});
