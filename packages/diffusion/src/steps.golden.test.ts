import { describeGolden, type GoldenArray } from '@dppo/testing';
import { expect, it } from 'vitest';

import { cosineSchedule } from './schedule.ts';
import { ddimSteps, ddimTimes, ddpmSteps } from './steps.ts';

const own = new URL('../golden/', import.meta.url);

/**
 * The reference goes on in float32, where α = 1 − β is off by up to 2⁻²⁵: at the largest t, where α = 0.001, 5e-5 of it,
 * and at t = 0 so much of 1 − ᾱ₀. Its own float64 is there to be exact.
 */
const float32 = (alphaBars: Float64Array) => ({
  atol: 1e-7,
  rtol: Math.max(5e-5, 2 ** -24 / (1 - alphaBars[0])),
});
const float64 = { atol: 1e-15, rtol: 1e-8 };

function expectTables(
  tables: Readonly<Record<string, ArrayLike<number>>>,
  recorded: Readonly<Record<string, GoldenArray>>,
  tolerance: { readonly atol: number; readonly rtol: number },
): void {
  for (const [name, { data }] of Object.entries(recorded)) {
    expect(tables[name], name).toBeAllclose(data, tolerance);
  }
}

describeGolden('ddpm_schedule', own, ({ cases }) => {
  it.for(cases)('has the tables of DDPM: $name', ({ inputs, outputs, outputs_f64: exact }) => {
    const { betas, alphaBars } = cosineSchedule(inputs.denoising_steps);
    const steps = ddpmSteps({ betas, alphaBars }).toReversed();
    const tables: Record<string, ArrayLike<number>> = {
      betas,
      alphas: betas.map((beta) => 1 - beta),
      alphas_cumprod: alphaBars,
      alphas_cumprod_prev: [1, ...alphaBars.slice(0, -1)],
      sqrt_alphas_cumprod: alphaBars.map(Math.sqrt),
      sqrt_one_minus_alphas_cumprod: alphaBars.map((alphaBar) => Math.sqrt(1 - alphaBar)),
      sqrt_recip_alphas_cumprod: alphaBars.map((alphaBar) => Math.sqrt(1 / alphaBar)),
      sqrt_recipm1_alphas_cumprod: alphaBars.map((alphaBar) => Math.sqrt(1 / alphaBar - 1)),
      ddpm_var: steps.map(({ std }) => std ** 2),
      ddpm_logvar_clipped: steps.map(({ std }) => Math.log(Math.max(std ** 2, 1e-20))),
      ddpm_mu_coef1: steps.map(({ x0Coef }) => x0Coef),
      ddpm_mu_coef2: steps.map(({ xCoef }) => xCoef),
    };
    expectTables(tables, outputs, float32(alphaBars));
    expectTables(tables, exact ?? {}, float64);
  });
});

describeGolden('ddim_schedule', own, ({ cases }) => {
  it.for(cases)('has the tables of DDIM: $name', ({ inputs, outputs, outputs_f64: exact }) => {
    const { denoising_steps: count, ddim_steps: visited, eta } = inputs;
    const schedule = cosineSchedule(count);
    const steps = ddimSteps(schedule, visited, eta);
    const times = ddimTimes(schedule, visited);
    // The reference keeps σ above 1e-10.
    const sigmas = steps.map(({ std }) => Math.max(std, 1e-10));
    const tables: Record<string, ArrayLike<number>> = {
      ddim_t: steps.map(({ time }) => time),
      ddim_alphas: steps.map(({ alphaBar }) => alphaBar),
      ddim_alphas_sqrt: steps.map(({ alphaBar }) => Math.sqrt(alphaBar)),
      ddim_alphas_prev: times.map(({ nextAlphaBar }) => nextAlphaBar),
      ddim_sqrt_one_minus_alphas: steps.map(({ alphaBar }) => Math.sqrt(1 - alphaBar)),
      sigmas,
      logvar: sigmas.map((sigma) => 2 * Math.log(sigma)),
      etas: steps.map(() => eta),
      // The mean for x = 1 and predicted noise 0, where x̂₀ = 1/√ᾱ.
      mean_for_x1_eps0: steps.map(({ alphaBar, x0Coef, xCoef }) => x0Coef / Math.sqrt(alphaBar) + xCoef),
    };
    expectTables(tables, outputs, float32(schedule.alphaBars));
    expectTables(tables, exact ?? {}, float64);
  });
});
