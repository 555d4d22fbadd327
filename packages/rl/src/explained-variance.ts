import { variance } from './moments.ts';

/**
 * How much of the returns' variance the critic foresaw: 1 all, 0 as much as a constant, below 0 less than that.
 *
 * 1 − Var(R − V) / Var(R);  0 where the returns do not vary (the reference gives NaN)
 *
 * @param values - V [B]
 * @param returns - R [B]
 * @throws RangeError where there are none, not as many of one as of the other, or one is not finite.
 * @see agent/finetune/train_ppo_diffusion_agent.py:54-483 of the reference
 */
export function explainedVariance(values: Float32Array, returns: Float32Array): number {
  if (values.length === 0 || values.length !== returns.length) {
    throw new RangeError(
      `explainedVariance: got ${values.length} values and ${returns.length} returns, wanted as many, above 0`,
    );
  }
  const total = variance(returns);
  const left = variance(Float64Array.from(returns, (value, i) => value - values[i]));
  if (!Number.isFinite(left + total)) {
    throw new RangeError(
      'explainedVariance: got a value or return that is not finite, wanted finite numbers',
    );
  }
  return total === 0 ? 0 : 1 - left / total;
}
