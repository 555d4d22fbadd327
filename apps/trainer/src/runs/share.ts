/** A share of n trials, and where the probability behind it lies. */
export interface Share {
  readonly share: number;
  /** Ends of Wilson's interval of 95 %. */
  readonly low: number;
  readonly high: number;
}

/** What a band around shares is. */
export const shareBand = 'shaded: 95 % intervals by Wilson';

/** The normal distribution's quantile of 97.5 %. */
const z = 1.959963984540054;

/**
 * Wilson's score interval of `successes` in `trials`: (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n).
 *
 * @throws RangeError unless there is a trial, and no more successes than trials
 * @see E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927
 */
export function shareOf(successes: number, trials: number): Share {
  if (!(trials >= 1 && successes >= 0 && successes <= trials))
    throw new RangeError(
      `shareOf: ${successes} successes in ${trials} trials, wanted 0 … trials of at least 1`,
    );
  const share = successes / trials;
  const middle = share + z ** 2 / (2 * trials);
  const half = z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  const scale = 1 + z ** 2 / trials;
  return { share, low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}

export function isShare(value: unknown): value is Share {
  return typeof value === 'object' && value !== null && 'share' in value && 'low' in value && 'high' in value;
}

/** A share and its interval in words. */
export function percentages({ share, low, high }: Share): string {
  const [s, l, h] = [share, low, high].map((part) => (100 * part).toFixed(0));
  return `${s} % (${l} … ${h})`;
}
