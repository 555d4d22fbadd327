import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosineWarmup } from './cosine-warmup.ts';

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

  it('falls for longer and to a lower maximum from cycle to cycle', () => {
    // Cycles of 2 + 2, 2 + 4 and 2 + 8 steps from 0, 4 and 10; their maxima 8, 4, 2 come two steps after that.
    const learningRate = cosineWarmup({
      max: 8,
      min: 0,
      warmupSteps: 2,
      cycleSteps: 4,
      cycleMult: 2,
      gamma: 0.5,
    });
    expect([2, 3, 4, 5, 6, 8, 10, 12, 16, 20].map(learningRate)).toBeAllclose([8, 4, 0, 2, 4, 2, 0, 2, 1, 0]);
  });

  it('refuses a warm-up as long as the cycle, shrinking cycles, and steps that are none', () => {
    const options = { max: 1, min: 0, warmupSteps: 2, cycleSteps: 4 };
    expect(() => cosineWarmup({ ...options, warmupSteps: 4 })).toThrow(
      'cosineWarmup: warmupSteps 4, cycleSteps 4, wanted whole numbers, 0 ≤ warmupSteps < cycleSteps',
    );
    expect(() => cosineWarmup({ ...options, warmupSteps: 0, cycleSteps: 0.5 })).toThrow('cycleSteps 0.5');
    expect(() => cosineWarmup({ ...options, min: 2 })).toThrow('max 1, min 2');
    expect(() => cosineWarmup({ ...options, cycleMult: 0.5 })).toThrow('cycleMult 0.5');
    expect(() => cosineWarmup({ ...options, gamma: 0 })).toThrow('gamma 0');
    expect(() => cosineWarmup({ ...options, max: NaN })).toThrow('max NaN');
    expect(() => cosineWarmup(options)(-1)).toThrow('cosineWarmup: step -1, wanted a number of 0 or more');
  });
});
