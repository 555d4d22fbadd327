/**
 * How much of the environment's advantage each fine-tuned denoising step gets [K′]; the last, which makes the action, all of it.
 *
 * γ^(K′ − 1 − j),  j = 0 … K′ − 1, the noisiest first
 *
 * @param gamma - γ, in [0, 1]
 * @param steps - K′
 * @throws RangeError unless gamma is in [0, 1] and steps a whole number above 0.
 * @see https://arxiv.org/abs/2409.00588 section 4.3, and model/diffusion/diffusion_ppo.py:138-146 of the reference
 */
export function denoisingDiscounts(gamma: number, steps: number): Float32Array {
  if (!(gamma >= 0 && gamma <= 1)) {
    throw new RangeError(`denoisingDiscounts: gamma is ${gamma}, wanted a number in [0, 1]`);
  }
  checkSteps('denoisingDiscounts', steps);
  return Float32Array.from({ length: steps }, (_, j) => gamma ** (steps - 1 - j));
}

/** The range of the probability ratio at the first and at the last fine-tuned step, and between them. */
export interface ClipRange {
  /** ε of the last step */
  readonly clip: number;
  /** ε of the first, noisiest step */
  readonly base: number;
  /** How late ε rises from one to the other: the larger the later; 0 is a straight line. */
  readonly rate: number;
}

/**
 * The clip range of the probability ratio at each fine-tuned denoising step [K′].
 *
 * εⱼ = base + (clip − base) · (e^(rate · u) − 1) / (e^rate − 1),  u = j / (K′ − 1);  clip where K′ = 1
 *
 * @param steps - K′
 * @throws RangeError unless clip and base are above 0, all three and e^rate are finite and steps a whole number above 0.
 * @see model/diffusion/diffusion_ppo.py:150-162 of the reference, which gives NaN where K′ = 1
 */
export function clipRanges({ clip, base, rate }: ClipRange, steps: number): Float32Array {
  if (!(clip > 0 && base > 0 && [clip, base, rate, Math.exp(rate)].every(Number.isFinite))) {
    throw new RangeError(
      `clipRanges: got clip ${clip}, base ${base}, rate ${rate}, wanted clip and base above 0, all three and e^rate finite`,
    );
  }
  checkSteps('clipRanges', steps);
  return Float32Array.from({ length: steps }, (_, j) => {
    const u = steps === 1 ? 1 : j / (steps - 1);
    const risen = rate === 0 ? u : Math.expm1(rate * u) / Math.expm1(rate);
    return base + (clip - base) * risen;
  });
}

function checkSteps(caller: string, steps: number): void {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new RangeError(`${caller}: steps is ${steps}, wanted a whole number above 0`);
  }
}
