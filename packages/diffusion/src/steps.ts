import type { Schedule } from './schedule.ts';

/** One reverse transition, p(xₖ₋₁ | xₖ) = 𝒩(x0Coef · x̂₀ + xCoef · xₖ, std²). An array of them, noisiest first, is what `tableSampler` takes. */
export interface DenoiseStep {
  /** Index t into the schedule: what the network is told. */
  readonly time: number;
  /** ᾱₜ, which relates x̂₀ and the noise in xₖ: xₖ = √ᾱₜ · x̂₀ + √(1 − ᾱₜ) · ε̂. */
  readonly alphaBar: number;
  /** Weight of the predicted clean action x̂₀ in the mean. */
  readonly x0Coef: number;
  /** Weight of xₖ in the mean. */
  readonly xCoef: number;
  /** Standard deviation; 0 where the step is deterministic. */
  readonly std: number;
}

/**
 * The ancestral sampler: the posterior q(xₜ₋₁ | xₜ, x₀) for t = K−1 … 0; its last step has std 0.
 *
 * x0Coef = β√ᾱₜ₋₁ / (1 − ᾱₜ);  xCoef = (1 − ᾱₜ₋₁)√(1 − β) / (1 − ᾱₜ);  std² = β(1 − ᾱₜ₋₁) / (1 − ᾱₜ)
 *
 * @throws RangeError unless the schedule has as many betas as alphaBars, at least 1.
 * @see https://arxiv.org/abs/2006.11239 equation 7
 */
export function ddpmSteps(schedule: Schedule): DenoiseStep[] {
  checkSchedule('ddpmSteps', schedule);
  const { betas, alphaBars } = schedule;
  const steps = Array.from(betas, (beta, time) => {
    const alphaBar = alphaBars[time];
    const previous = time > 0 ? alphaBars[time - 1] : 1;
    const noise = 1 - alphaBar;
    return {
      time,
      alphaBar,
      x0Coef: (beta * Math.sqrt(previous)) / noise,
      xCoef: ((1 - previous) * Math.sqrt(1 - beta)) / noise,
      std: Math.sqrt((beta * (1 - previous)) / noise),
    };
  });
  return steps.toReversed();
}

/** One transition of DDIM before its η is known. */
export interface DdimTime {
  /** t */
  readonly time: number;
  /** ᾱ at t */
  readonly alphaBar: number;
  /** ᾱ′ at the next time visited, 1 after the last */
  readonly nextAlphaBar: number;
}

/**
 * The `count` times that DDIM visits, noisiest first: every (K / count)-th down to 0, as the reference has them; where that is no whole
 * number, from K − 1 down to 0 evenly, each rounded, so that sampling begins where there is nothing but noise.
 *
 * @throws RangeError unless count is a whole number in [1, K].
 * @see https://arxiv.org/abs/2010.02502, and model/diffusion/diffusion.py:98-196 of the reference
 */
export function ddimTimes(schedule: Schedule, count: number): DdimTime[] {
  return visited('ddimTimes', schedule, count);
}

function visited(caller: string, schedule: Schedule, count: number): DdimTime[] {
  checkSchedule(caller, schedule);
  const { alphaBars } = schedule;
  if (!Number.isInteger(count) || count < 1 || count > alphaBars.length) {
    throw new RangeError(`${caller}: count is ${count}, wanted a whole number from 1 to ${alphaBars.length}`);
  }
  const noisiest = alphaBars.length - 1;
  const divides = alphaBars.length % count === 0;
  const stride = divides ? alphaBars.length / count : noisiest / (count - 1);
  const times = Array.from({ length: count }, (_, i) => Math.round(i * stride)).toReversed();
  return times.map((time, i) => ({
    time,
    alphaBar: alphaBars[time],
    nextAlphaBar: i + 1 < count ? alphaBars[times[i + 1]] : 1,
  }));
}

/**
 * A sampler that visits only the `count` times of `ddimTimes`, η = 0 without noise, η = 1 with as much as the ancestral one.
 *
 * std = η√((1 − ᾱ′) / (1 − ᾱ) · (1 − ᾱ / ᾱ′));  xCoef = √max(1 − ᾱ′ − std², 0) / √(1 − ᾱ);  x0Coef = √ᾱ′ − xCoef · √ᾱ
 *
 * with ᾱ′ of the next time visited, 1 after the last. (The reference keeps std ≥ 1e-10; here it may be 0.)
 *
 * @param eta - η
 * @throws RangeError unless count is a whole number in [1, K] and eta is at least 0.
 * @see https://arxiv.org/abs/2010.02502 equations 12 and 16
 */
export function ddimSteps(schedule: Schedule, count: number, eta = 0): DenoiseStep[] {
  if (!(eta >= 0 && eta < Infinity)) throw new RangeError(`ddimSteps: eta is ${eta}, wanted 0 or more`);
  return visited('ddimSteps', schedule, count).map(({ time, alphaBar, nextAlphaBar: next }) => {
    const std = eta * Math.sqrt(((1 - next) / (1 - alphaBar)) * (1 - alphaBar / next));
    const xCoef = Math.sqrt(Math.max(1 - next - std ** 2, 0) / (1 - alphaBar));
    return { time, alphaBar, x0Coef: Math.sqrt(next) - xCoef * Math.sqrt(alphaBar), xCoef, std };
  });
}

const EVALUATION_STD = 1e-3;

/**
 * The steps of an evaluation, from `steps` as `ddpmSteps` or `ddimSteps` (η = 0) made them: std at least 1e-3 where there is any, and
 * none in the last.
 *
 * @see model/diffusion/diffusion_vpg.py:285-293 of the reference (`deterministic=True`)
 */
export function evaluationSteps(steps: readonly DenoiseStep[]): DenoiseStep[] {
  return steps.map((step, i) => ({
    ...step,
    std: i === steps.length - 1 || step.std === 0 ? 0 : Math.max(step.std, EVALUATION_STD),
  }));
}

function checkSchedule(caller: string, { betas, alphaBars }: Schedule): void {
  if (betas.length === 0 || betas.length !== alphaBars.length) {
    throw new RangeError(
      `${caller}: got ${betas.length} betas and ${alphaBars.length} alphaBars, wanted as many, at least 1`,
    );
  }
}
