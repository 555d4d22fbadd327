/** The variances of a forward process of K steps, index 0 the least noisy. */
export interface Schedule {
  /** Variance β that step t adds [K], in (0, 0.999]. */
  readonly betas: Float64Array;
  /** Share of the signal's variance that is left at t, ᾱₜ = ∏ᵢ≤ₜ (1 − βᵢ) [K]. */
  readonly alphaBars: Float64Array;
}

const OFFSET = 0.008;
const LARGEST_BETA = 0.999;

/**
 * The cosine schedule of Nichol and Dhariwal, on the grid that the reference takes (its last point is K + 1, not K).
 *
 * aᵢ = cos²(((i/K + s) / (1 + s)) · π/2), i = 0 … K;  βₜ = min(1 − aₜ₊₁/aₜ, 0.999);  s = 0.008
 *
 * @throws RangeError unless denoisingSteps is a whole number above 0.
 * @see https://arxiv.org/abs/2102.09672 equation 17, and model/diffusion/sampling.py:10-20 of the reference
 */
export function cosineSchedule(denoisingSteps: number): Schedule {
  if (!Number.isInteger(denoisingSteps) || denoisingSteps < 1) {
    throw new RangeError(
      `cosineSchedule: denoisingSteps is ${denoisingSteps}, wanted a whole number above 0`,
    );
  }
  const signal = (i: number): number =>
    Math.cos(((i / denoisingSteps + OFFSET) / (1 + OFFSET)) * (Math.PI / 2)) ** 2;
  const betas = Float64Array.from({ length: denoisingSteps }, (_, t) =>
    Math.min(1 - signal(t + 1) / signal(t), LARGEST_BETA),
  );
  const alphaBars = new Float64Array(denoisingSteps);
  for (let t = 0, product = 1; t < denoisingSteps; t++) {
    product *= 1 - betas[t];
    alphaBars[t] = product;
  }
  return { betas, alphaBars };
}
