/** T steps of N environments, time-major: element t · N + n is step t of environment n. */
export interface Rewarded {
  /** Reward of the step [T, N] */
  readonly rewards: Float32Array | Float64Array;
  /** V of the observation acted on [T, N] */
  readonly values: Float32Array | Float64Array;
  /** V of the observation that the step reached, before any reset [T, N]; unused where terminated. */
  readonly nextValues: Float32Array | Float64Array;
  /** 1 where the step ended the episode for good: nothing follows [T, N] */
  readonly terminated: Uint8Array;
  /** 1 where the episode was cut off by a time limit: what would have followed is worth its value [T, N] */
  readonly truncated: Uint8Array;
}

/** How far {@link gae} looks ahead. */
export interface Discount {
  /** γ per step */
  readonly gamma: number;
  /** λ: 0 trusts the critic, 1 the rewards */
  readonly lambda: number;
}

/**
 * Generalised advantage estimation, and the returns that the critic is fitted to, both [T, N].
 *
 * δₜ = rₜ + γ · (1 − terminatedₜ) · V(reachedₜ) − V(sₜ);  Aₜ = δₜ + γλ · (1 − doneₜ) · Aₜ₊₁;  Rₜ = Aₜ + V(sₜ)
 *
 * A truncated step bootstraps from the observation that it reached, and neither end of an episode lets the trace of
 * the next one through. (The reference does otherwise: see `referenceBootstrap`.)
 *
 * @throws RangeError where the arrays are empty, do not agree with one another or with `count`, gamma or lambda is not in [0, 1], or an advantage is not finite.
 * @see https://arxiv.org/abs/1506.02438 equation 16
 */
export function gae(
  data: Rewarded & {
    /** N */
    readonly count: number;
  },
  { gamma, lambda }: Discount,
): { advantages: Float32Array; returns: Float32Array } {
  const { rewards, values, nextValues, terminated, truncated, count } = data;
  for (const [name, rate] of [
    ['gamma', gamma],
    ['lambda', lambda],
  ] as const) {
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`gae: ${name} is ${rate}, wanted a number in [0, 1]`);
  }
  const { length } = rewards;
  const lengths = [values, nextValues, terminated, truncated].map((array) => array.length);
  if (length === 0 || !(count > 0) || length % count !== 0 || lengths.some((other) => other !== length)) {
    throw new RangeError(
      `gae: rewards [${length}], values, nextValues, terminated, truncated [${lengths.join()}] and count ${count} do not agree, wanted T·N numbers each`,
    );
  }
  const advantages = new Float32Array(length);
  const returns = new Float32Array(length);
  for (let n = 0; n < count; n++) {
    let advantage = 0;
    for (let i = length - count + n; i >= 0; i -= count) {
      const bootstrap = terminated[i] ? 0 : gamma * nextValues[i];
      const trace = terminated[i] || truncated[i] ? 0 : gamma * lambda * advantage;
      advantage = rewards[i] + bootstrap - values[i] + trace;
      if (!Number.isFinite(Math.fround(advantage) + Math.fround(advantage + values[i]))) {
        throw new RangeError(
          `gae: the advantage of step ${(i - n) / count} of environment ${n} is ${advantage}, wanted finite rewards and values`,
        );
      }
      advantages[i] = advantage;
      returns[i] = advantage + values[i];
    }
  }
  return { advantages, returns };
}

/**
 * What makes `gae` repeat the reference: each step's next value is that of the observation acted on next, also over a
 * reset, and no truncation cuts the trace. Spread the result over the data.
 *
 * V(reachedₜ) := V(sₜ₊₁),  V(reached_T−1) := lastValues
 *
 * @param values - V of the observations acted on [T, N]
 * @param lastValues - V of the observations after the last step [N]
 * @throws RangeError unless there are T · N values.
 * @see agent/finetune/train_ppo_diffusion_agent.py:242-279 of the reference
 */
export function referenceBootstrap(
  values: Float32Array | Float64Array,
  lastValues: Float32Array | Float64Array,
): Pick<Rewarded, 'nextValues' | 'truncated'> {
  const { length } = values;
  const { length: count } = lastValues;
  if (count === 0 || length === 0 || length % count !== 0) {
    throw new RangeError(
      `referenceBootstrap: values [${length}] and lastValues [${count}] do not agree, wanted T·N and N, each above 0`,
    );
  }
  const nextValues = values.slice();
  nextValues.copyWithin(0, count);
  nextValues.set(lastValues, length - count);
  return { nextValues, truncated: new Uint8Array(length) };
}
