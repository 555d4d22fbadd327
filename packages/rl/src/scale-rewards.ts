import { mean, variance } from './moments.ts';

/** What reward scaling remembers from one rollout to the next; plain JSON, and so a type, not an interface. */
export type RewardScale = {
  /** The running discounted return of each environment [N] */
  readonly returns: readonly number[];
  /** Mean of all the running returns seen. */
  readonly mean: number;
  /** Variance of all the running returns seen. */
  readonly variance: number;
  /** How many running returns were seen. */
  readonly count: number;
};

const EPSILON = 1e-8;
/** How many running returns the variance of 1 counts for that is there before any. */
const PRIOR = 1e-4;

/**
 * The state before the first rollout of `count` environments.
 *
 * @throws RangeError unless count is a whole number above 0.
 */
export function rewardScale(count: number): RewardScale {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`rewardScale: count is ${count}, wanted a whole number above 0`);
  }
  return { returns: Array.from({ length: count }, () => 0), mean: 0, variance: 1, count: PRIOR };
}

/** T steps of N environments, time-major: element t · N + n is step t of environment n. */
export interface Rewards {
  /** [T, N] */
  readonly rewards: Float32Array | Float64Array;
  /** 1 where the step was the first of its episode [T, N] */
  readonly firsts: Uint8Array;
  /** N */
  readonly count: number;
}

/** Discount and bound of {@link scaleRewards}. */
export interface ScaleRewardsOptions {
  /** γ of the running return */
  readonly gamma?: number;
  /** Scaled rewards are clamped to ± this. */
  readonly clip?: number;
}

/**
 * Rewards in units of the standard deviation of the running discounted return, which they themselves take part in [T, N].
 *
 * Gₜ = rₜ + γ · (1 − firstₜ) · Gₜ₋₁;  r̂ = clamp(r / √(Var G + 1e-8), ±clip);  r̂ = clamp(r, ±clip) while G has not varied, where the
 * reference divides by next to nothing
 *
 * @throws RangeError where there are no rewards, the arrays and count disagree, a reward is not finite, gamma is not in [0, 1] or clip not above 0.
 * @see util/reward_scaling.py of the reference
 */
export function scaleRewards(
  state: RewardScale,
  { rewards, firsts, count }: Rewards,
  { gamma = 0.99, clip = 10 }: ScaleRewardsOptions = {},
): { rewards: Float32Array; state: RewardScale } {
  if (!(gamma >= 0 && gamma <= 1 && clip > 0)) {
    throw new RangeError(
      `scaleRewards: gamma is ${gamma}, clip ${clip}, wanted gamma in [0, 1] and clip above 0`,
    );
  }
  const { length } = rewards;
  if (length === 0 || firsts.length !== length || length % count !== 0 || state.returns.length !== count) {
    throw new RangeError(
      `scaleRewards: rewards [${length}], firsts [${firsts.length}], count ${count} and a state of ${state.returns.length} environments do not agree, wanted T·N, T·N, N and N`,
    );
  }
  const seen = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const before = i < count ? state.returns[i] : seen[i - count];
    seen[i] = rewards[i] + (firsts[i] ? 0 : gamma * before);
    if (!Number.isFinite(seen[i])) {
      throw new RangeError(`scaleRewards: reward ${i} is ${rewards[i]}, wanted a finite number`);
    }
  }
  const next = { returns: Array.from(seen.subarray(length - count)), ...merged(state, seen) };
  const std = hasVaried(next) ? Math.sqrt(next.variance + EPSILON) : 1;
  const scaled = Float32Array.from(rewards, (reward) => Math.min(Math.max(reward / std, -clip), clip));
  return { rewards: scaled, state: next };
}

/** Whether the running returns differ by more than what is there before any, Σ(G − mean)² > 10⁻⁴ · (1 + mean²). */
function hasVaried({ mean: center, variance: spread, count }: RewardScale): boolean {
  return spread * (count - 1) > 2 * PRIOR * (1 + center ** 2);
}

/** Moments of two samples from the moments of each (Chan et al.); the reference divides by one less than their number. */
function merged(state: RewardScale, sample: Float64Array): Pick<RewardScale, 'mean' | 'variance' | 'count'> {
  const count = state.count + sample.length;
  const shift = mean(sample) - state.mean;
  const squares =
    state.variance * state.count +
    variance(sample) * sample.length +
    (shift ** 2 * state.count * sample.length) / count;
  return { mean: state.mean + (shift * sample.length) / count, variance: squares / (count - 1), count };
}
