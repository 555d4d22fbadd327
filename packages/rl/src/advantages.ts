import { mean, variance } from './moments.ts';

/**
 * Advantages of mean 0 and standard deviation 1, as far as 1e-8 lets them; a single one becomes 0.
 *
 * Â = (A − mean A) / (std A + 1e-8), std with n − 1
 *
 * @param advantages - [B]
 * @throws RangeError where there are none, or one is not finite.
 * @see model/diffusion/diffusion_ppo.py:57-199 of the reference, which gives NaN for a single one
 */
export function normalizeAdvantages(advantages: Float32Array): Float32Array {
  checkFinite('normalizeAdvantages', advantages);
  const center = mean(advantages);
  const { length } = advantages;
  const std = Math.sqrt((variance(advantages) * length) / Math.max(length - 1, 1));
  return advantages.map((advantage) => (advantage - center) / (std + 1e-8));
}

/**
 * Advantages clamped to two of their own quantiles, between neighbours by linear interpolation; `lower` 0 and `upper` 1 clamp nothing.
 *
 * Â = clamp(A, Q(lower), Q(upper)),  Q(q) at position q · (B − 1) of the sorted advantages
 *
 * @param advantages - [B]
 * @throws RangeError where there are none, one is not finite, or not 0 ≤ lower ≤ upper ≤ 1.
 * @see model/diffusion/diffusion_ppo.py:131-136 of the reference
 */
export function clipToQuantiles(advantages: Float32Array, lower: number, upper: number): Float32Array {
  checkFinite('clipToQuantiles', advantages);
  if (!(lower >= 0 && lower <= upper && upper <= 1)) {
    throw new RangeError(`clipToQuantiles: got ${lower} and ${upper}, wanted 0 ≤ lower ≤ upper ≤ 1`);
  }
  if (lower === 0 && upper === 1) return advantages.slice();
  const sorted = advantages.toSorted();
  const low = quantile(sorted, lower);
  const high = quantile(sorted, upper);
  return advantages.map((advantage) => Math.min(Math.max(advantage, low), high));
}

function quantile(sorted: Float32Array, q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

function checkFinite(caller: string, advantages: Float32Array): void {
  if (advantages.length === 0) throw new RangeError(`${caller}: got no advantages, wanted at least 1`);
  const wrong = advantages.findIndex((advantage) => !Number.isFinite(advantage));
  if (wrong >= 0) {
    throw new RangeError(`${caller}: advantage ${wrong} is ${advantages[wrong]}, wanted a finite number`);
  }
}
