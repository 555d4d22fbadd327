import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cosineSchedule } from './schedule.ts';
import { ddimSteps, ddimTimes, ddpmSteps, evaluationSteps, type DenoiseStep } from './steps.ts';

const column = (steps: readonly DenoiseStep[], name: keyof DenoiseStep): number[] =>
  steps.map((step) => step[name]);

const denoisingSteps = fc.integer({ min: 1, max: 60 });

/** A step is right if it takes 𝒩(√ᾱ x₀, 1 − ᾱ) to 𝒩(√ᾱ′ x₀, 1 − ᾱ′), whatever its noise. */
function expectMarginals(steps: readonly DenoiseStep[]): void {
  for (const [i, { alphaBar, x0Coef, xCoef, std }] of steps.entries()) {
    const next = steps[i + 1]?.alphaBar ?? 1;
    expect(x0Coef + xCoef * Math.sqrt(alphaBar)).toBeCloseTo(Math.sqrt(next), 10);
    expect(xCoef ** 2 * (1 - alphaBar) + std ** 2).toBeCloseTo(1 - next, 10);
  }
}

describe('ddpmSteps', () => {
  it('is the posterior of two equal steps of a schedule by hand', () => {
    // β = ½ twice: ᾱ = ½, ¼. At t = 1: x0Coef = ½·√½ / ¾, xCoef = ½·√½ / ¾, var = ½·½ / ¾. At t = 0 everything is x̂₀.
    const steps = ddpmSteps({ betas: Float64Array.of(0.5, 0.5), alphaBars: Float64Array.of(0.5, 0.25) });
    expect(column(steps, 'time')).toEqual([1, 0]);
    expect(column(steps, 'x0Coef')).toBeAllclose([0.4714045, 1]);
    expect(column(steps, 'xCoef')).toBeAllclose([0.4714045, 0]);
    expect(column(steps, 'std')).toBeAllclose([0.5773503, 0]);
  });

  it('takes the marginal at each time to the marginal at the next', () => {
    fc.assert(fc.property(denoisingSteps, (steps) => expectMarginals(ddpmSteps(cosineSchedule(steps)))));
  });
});

describe('ddimSteps', () => {
  it('is the ancestral sampler when it skips nothing and eta is 1', () => {
    fc.assert(
      fc.property(denoisingSteps, (count) => {
        const schedule = cosineSchedule(count);
        const ours = ddimSteps(schedule, count, 1);
        const wanted = ddpmSteps(schedule);
        for (const name of ['time', 'x0Coef', 'xCoef', 'std'] as const) {
          expect(column(ours, name)).toBeAllclose(column(wanted, name), { atol: 1e-7, rtol: 1e-7 });
        }
      }),
    );
  });

  it('takes the marginal at each time to the marginal at the next, whatever eta in [0, 1]', () => {
    fc.assert(
      fc.property(denoisingSteps, denoisingSteps, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, eta) => {
        expectMarginals(ddimSteps(cosineSchedule(Math.max(a, b)), Math.min(a, b), eta));
      }),
    );
  });

  it('has no noise when eta is 0', () => {
    expect(column(ddimSteps(cosineSchedule(100), 5), 'std')).toEqual([0, 0, 0, 0, 0]);
  });

  it('refuses more steps than the schedule has, none, a schedule of none and a negative eta', () => {
    expect(() => ddimSteps(cosineSchedule(5), 0)).toThrow('ddimSteps: count is 0');
    const none = { betas: new Float64Array(), alphaBars: new Float64Array() };
    expect(() => ddimSteps(none, 1)).toThrow('ddimSteps: got 0 betas and 0 alphaBars');
    expect(() => ddpmSteps({ ...none, betas: Float64Array.of(0.5) })).toThrow(
      'ddpmSteps: got 1 betas and 0 alphaBars, wanted as many, at least 1',
    );
    expect(() => ddimSteps(cosineSchedule(5), 6)).toThrow(
      'ddimSteps: count is 6, wanted a whole number from 1 to 5',
    );
    expect(() => ddimSteps(cosineSchedule(5), 5, -1)).toThrow('ddimSteps: eta is -1, wanted 0 or more');
  });
});

describe('ddimTimes', () => {
  it('visits every stride-th time, the last of them 0, and knows what comes next', () => {
    // 6 times in 3 visits: stride 2, so 4, 2 and 0.
    const schedule = cosineSchedule(6);
    const { alphaBars } = schedule;
    expect(ddimTimes(schedule, 3)).toEqual([
      { time: 4, alphaBar: alphaBars[4], nextAlphaBar: alphaBars[2] },
      { time: 2, alphaBar: alphaBars[2], nextAlphaBar: alphaBars[0] },
      { time: 0, alphaBar: alphaBars[0], nextAlphaBar: 1 },
    ]);
  });

  it.each([
    // i · 19/6
    { K: 20, count: 7, times: [19, 16, 13, 10, 6, 3, 0] },
    { K: 20, count: 15, times: [19, 18, 16, 15, 14, 12, 11, 10, 8, 7, 5, 4, 3, 1, 0] },
    { K: 7, count: 3, times: [6, 3, 0] },
    { K: 20, count: 5, times: [16, 12, 8, 4, 0] },
    { K: 20, count: 1, times: [0] },
  ])('visits $times of $K', ({ K, count, times }) => {
    expect(ddimTimes(cosineSchedule(K), count).map(({ time }) => time)).toEqual(times);
  });

  it('leaves less and less noise, down to none', () => {
    fc.assert(
      fc.property(denoisingSteps, denoisingSteps, (a, b) => {
        const times = ddimTimes(cosineSchedule(Math.max(a, b)), Math.min(a, b));
        expect(times).toHaveLength(Math.min(a, b));
        for (const [i, { alphaBar, nextAlphaBar }] of times.entries()) {
          expect(nextAlphaBar).toBeGreaterThan(alphaBar);
          expect(nextAlphaBar).toBe(times[i + 1]?.alphaBar ?? 1);
        }
      }),
    );
  });

  it('refuses more times than the schedule has', () => {
    expect(() => ddimTimes(cosineSchedule(5), 6)).toThrow(
      'ddimTimes: count is 6, wanted a whole number from 1 to 5',
    );
  });
});

describe('evaluationSteps', () => {
  it('keeps the noise of all but the last ancestral step', () => {
    const steps = ddpmSteps(cosineSchedule(20));
    expect(evaluationSteps(steps)).toEqual(steps);
  });

  it('is at least 1e-3 and then 0', () => {
    const step = { time: 0, alphaBar: 0.5, x0Coef: 1, xCoef: 0 };
    const small = [
      { ...step, std: 1e-5 },
      { ...step, std: 0.5 },
      { ...step, std: 0.1 },
    ];
    expect(column(evaluationSteps(small), 'std')).toEqual([1e-3, 0.5, 0]);
  });

  it('leaves a sampler without noise without noise', () => {
    const steps = ddimSteps(cosineSchedule(20), 5);
    expect(evaluationSteps(steps)).toEqual(steps);
  });
});
