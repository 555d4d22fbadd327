/** The variances of a forward process of K steps, index 0 the least noisy. */
export interface Schedule {
  /** Variance β that step t adds [K], in (0, 0.999]. */
  readonly betas: Float64Array;
  /** Share of the signal's variance that is left at t, ᾱₜ = ∏ᵢ≤ₜ (1 − βᵢ) [K]. */
  readonly alphaBars: Float64Array;
}

/** The ends of a {@link linearSchedule}. */
export interface LinearScheduleOptions {
  /** β₀ */
  readonly first?: number;
  /** β of the noisiest step */
  readonly last?: number;
}

const OFFSET = 0.008;
const LARGEST_BETA = 0.999;

/**
 * The cosine schedule of Nichol and Dhariwal, on the grid that the reference takes (its last point is K + 1, not K).
 *
 * aᵢ = cos²(((i/K + s) / (1 + s)) · π/2), i = 0 … K;  βₜ = min(1 − aₜ₊₁/aₜ, 0.999);  s = 0.008
 *
 * @param denoisingSteps - K
 * @throws RangeError unless denoisingSteps is a whole number above 0.
 * @see https://arxiv.org/abs/2102.09672 equation 17, and model/diffusion/sampling.py:10-20 of the reference
 */
export function cosineSchedule(denoisingSteps: number): Schedule {
  checkCount('cosineSchedule', denoisingSteps);
  const signal = (i: number): number =>
    Math.cos(((i / denoisingSteps + OFFSET) / (1 + OFFSET)) * (Math.PI / 2)) ** 2;
  const betas = Float64Array.from({ length: denoisingSteps }, (_, t) =>
    Math.min(1 - signal(t + 1) / signal(t), LARGEST_BETA),
  );
  return fromBetas(betas);
}

/**
 * The schedule of the first DDPM: variances that grow evenly, for K of about 1000 (a smaller K wants a larger `last`).
 *
 * βₜ = first + (last − first) · t/(K − 1)
 *
 * @param denoisingSteps - K
 * @throws RangeError unless denoisingSteps is a whole number above 0 and 0 < first ≤ last < 1.
 * @see https://arxiv.org/abs/2006.11239 section 4
 */
export function linearSchedule(
  denoisingSteps: number,
  { first = 1e-4, last = 0.02 }: LinearScheduleOptions = {},
): Schedule {
  checkCount('linearSchedule', denoisingSteps);
  if (!(first > 0 && first <= last && last < 1)) {
    throw new RangeError(`linearSchedule: first ${first}, last ${last}, wanted 0 < first ≤ last < 1`);
  }
  const rise = (last - first) / Math.max(denoisingSteps - 1, 1);
  return fromBetas(Float64Array.from({ length: denoisingSteps }, (_, t) => first + rise * t));
}

function fromBetas(betas: Float64Array): Schedule {
  let product = 1;
  return { betas, alphaBars: betas.map((beta) => (product *= 1 - beta)) };
}

function checkCount(caller: string, denoisingSteps: number): void {
  if (!Number.isInteger(denoisingSteps) || denoisingSteps < 1) {
    throw new RangeError(`${caller}: denoisingSteps is ${denoisingSteps}, wanted a whole number above 0`);
  }
}
