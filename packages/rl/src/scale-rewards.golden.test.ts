import { describeGolden } from '@dppo/testing';
import { expect, it } from 'vitest';

import { rewardScale, scaleRewards } from './scale-rewards.ts';

/** Rows of environments, as they are recorded, to rows of steps. */
function timeMajor(values: ArrayLike<number>, [envs, steps]: number[]): Float64Array {
  return Float64Array.from(
    { length: envs * steps },
    (_, i) => values[(i % envs) * steps + Math.floor(i / envs)],
  );
}

describeGolden('reward_scaler', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)('agrees with the reference from call to call: $name', ({ inputs, outputs }, { skip }) => {
    if (inputs.per_env) skip('per_env is not supported: the reference averages over the wrong axis');
    if (inputs.epsilon !== 1e-8) skip(`epsilon = ${inputs.epsilon} is not supported`);
    const { num_envs: count, gamma, cliprew: clip, initial_count: seen } = inputs;
    let state = { ...rewardScale(count), count: seen };
    for (const [i, { reward, first }] of inputs.calls.entries()) {
      const wanted = outputs.calls[i];
      const firsts = Uint8Array.from(timeMajor(first.data, first.shape));
      const rewards = timeMajor(reward.data, reward.shape);
      const result = scaleRewards(state, { rewards, firsts, count }, { gamma, clip });
      ({ state } = result);
      const scaled = timeMajor(wanted.scaled.data, reward.shape);
      expect(result.rewards).toBeAllclose(scaled, { atol: 1e-6, rtol: 1e-6 });
      const exact = { atol: 1e-12, rtol: 1e-12 };
      expect(state.returns).toBeAllclose(wanted.ret_after.data, exact);
      expect([state.mean]).toBeAllclose(wanted.mean_after.data, exact);
      expect([state.variance]).toBeAllclose(wanted.var_after.data, exact);
      expect([state.count]).toBeAllclose(wanted.count_after.data, exact);
    }
  });
});
