import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { recorded } from '../test/recorded.ts';
import { cosineSchedule } from './schedule.ts';
import { ddimSteps, ddpmSteps, evaluationSteps, withMinStd, type DenoiseStep } from './steps.ts';

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

  it.each(recorded('ddpm_schedule').cases)('agrees with the reference for $name', (golden) => {
    const ours = ddpmSteps(cosineSchedule(golden.inputs.denoising_steps)).toReversed();
    const variances = ours.map(({ std }) => std ** 2);
    for (const [outputs, rtol] of [
      [golden.outputs, 5e-5],
      [golden.outputs_f64, 1e-8],
    ] as const) {
      expect(column(ours, 'x0Coef')).toBeAllclose(outputs.ddpm_mu_coef1.data, { atol: 1e-7, rtol });
      expect(column(ours, 'xCoef')).toBeAllclose(outputs.ddpm_mu_coef2.data, { atol: 1e-7, rtol });
      expect(variances).toBeAllclose(outputs.ddpm_var.data, { atol: 1e-7, rtol });
    }
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

  it('refuses more steps than the schedule has, and a negative eta', () => {
    expect(() => ddimSteps(cosineSchedule(5), 6)).toThrow(
      'ddimSteps: count is 6, wanted a whole number from 1 to 5',
    );
    expect(() => ddimSteps(cosineSchedule(5), 5, -1)).toThrow('ddimSteps: eta is -1, wanted 0 or more');
  });

  it.each(recorded('ddim_schedule').cases)('agrees with the reference for $name', (golden) => {
    const { denoising_steps: count, ddim_steps: visited, eta } = golden.inputs;
    const ours = ddimSteps(cosineSchedule(count), visited, eta);
    // The mean for x = 1 and predicted noise 0, where x̂₀ = 1/√ᾱ.
    const means = ours.map(({ alphaBar, x0Coef, xCoef }) => x0Coef / Math.sqrt(alphaBar) + xCoef);
    expect(column(ours, 'time')).toEqual(Array.from(golden.outputs.ddim_t.data));
    for (const [outputs, rtol] of [
      [golden.outputs, 5e-5],
      [golden.outputs_f64, 1e-8],
    ] as const) {
      expect(column(ours, 'alphaBar')).toBeAllclose(outputs.ddim_alphas.data, { atol: 0, rtol });
      expect(column(ours, 'std')).toBeAllclose(outputs.sigmas.data, { atol: 1e-9, rtol });
      expect(means).toBeAllclose(outputs.mean_for_x1_eps0.data, { atol: 0, rtol });
    }
  });
});

describe('withMinStd', () => {
  it('raises only the standard deviations that are below the floor', () => {
    // K = 20: the last two are 0 and 0.0758; all others are above 0.1.
    const steps = ddpmSteps(cosineSchedule(20));
    const raised = withMinStd(steps, 0.1);
    expect(column(raised, 'std').slice(-2)).toEqual([0.1, 0.1]);
    expect(raised.slice(0, -2)).toEqual(steps.slice(0, -2));
  });

  it('refuses a floor that is not a number', () => {
    expect(() => withMinStd([], NaN)).toThrow('withMinStd: std is NaN, wanted 0 or more');
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
