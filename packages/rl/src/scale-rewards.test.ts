import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { rewardScale, scaleRewards } from './scale-rewards.ts';

const float = fc.float({ min: -5, max: 5, noNaN: true });
const flag = fc.nat(1);

describe('scaleRewards', () => {
  it('divides by the standard deviation of the running return', () => {
    // G = 1, 2 + 0.99·1, 3 + 0.99·2.99 and 0, 1 (first), 0 + 0.99·1 less what firsts cut: the reference's own example.
    const { rewards, state } = scaleRewards(rewardScale(2), {
      rewards: Float32Array.of(1, 0, 2, 1, 3, 0),
      firsts: Uint8Array.of(1, 1, 0, 0, 0, 1),
      count: 2,
    });
    expect(rewards).toBeAllclose([0.434547076, 0, 0.869094152, 0.434547076, 1.303641228, 0]);
    expect(state.returns).toBeAllclose([5.9601, 0]);
    expect([state.variance, state.mean, state.count]).toBeAllclose([5.2957361, 1.82498625, 6.0001]);
  });

  it('keeps the ratios of rewards that it does not clip', () => {
    const rewarded = fc.array(fc.tuple(float, flag), { minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(rewarded, (steps) => {
        const rewards = Float32Array.from(steps, ([reward]) => reward);
        const firsts = Uint8Array.from(steps, ([, first]) => first);
        const scaled = scaleRewards(rewardScale(1), { rewards, firsts, count: 1 }, { clip: Infinity });
        const largest = rewards.reduce(
          (best, reward, i) => (Math.abs(reward) > Math.abs(rewards[best]) ? i : best),
          0,
        );
        fc.pre(rewards[largest] !== 0);
        const gain = scaled.rewards[largest] / rewards[largest];
        expect(scaled.rewards.map((reward) => reward / gain)).toBeAllclose(rewards);
      }),
    );
  });

  it.each([0.01, 5, -300])(
    'leaves a reward of %d as it is that never varies, in rollout after rollout',
    (reward) => {
      // The reference divides by √(10⁻⁴ · (1 + r²) / n), more with every step, and clips.
      const data = {
        rewards: new Float32Array(40).fill(reward),
        firsts: new Uint8Array(40).fill(1),
        count: 2,
      };
      let state = rewardScale(2);
      for (let rollout = 0; rollout < 200; rollout++) {
        const scaled = scaleRewards(state, data, { clip: Infinity });
        expect(scaled.rewards).toEqual(data.rewards);
        state = scaled.state;
      }
      const varied = { ...data, rewards: data.rewards.map((value, i) => value + (i % 2)) };
      const std = Math.sqrt(scaleRewards(state, varied).state.variance + 1e-8);
      const { rewards } = scaleRewards(state, varied, { clip: Infinity });
      expect(rewards).toBeAllclose(varied.rewards.map((value) => value / std));
    },
  );

  it('does not care in which order the environments come', () => {
    const pairs = fc.array(fc.tuple(float, float, flag, flag), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(pairs, (steps) => {
        const one = scaleRewards(rewardScale(2), {
          rewards: Float32Array.from(steps.flatMap(([a, b]) => [a, b])),
          firsts: Uint8Array.from(steps.flatMap(([, , a, b]) => [a, b])),
          count: 2,
        });
        const other = scaleRewards(rewardScale(2), {
          rewards: Float32Array.from(steps.flatMap(([a, b]) => [b, a])),
          firsts: Uint8Array.from(steps.flatMap(([, , a, b]) => [b, a])),
          count: 2,
        });
        expect(one.state.variance).toBeCloseTo(other.state.variance, 8);
        expect(one.rewards.map((_, i) => other.rewards[i ^ 1])).toBeAllclose(one.rewards);
      }),
    );
  });

  it('goes on from a state that has been through JSON', () => {
    const data = { rewards: Float32Array.of(1, -2, 0.5), firsts: Uint8Array.of(1, 0, 0), count: 1 };
    const { state } = scaleRewards(rewardScale(1), data);
    expect(scaleRewards(JSON.parse(JSON.stringify(state)), data)).toEqual(scaleRewards(state, data));
  });

  it('refuses arrays that do not agree, and a reward that is not a number', () => {
    const data = { rewards: Float32Array.of(1, NaN), firsts: new Uint8Array(2), count: 2 };
    expect(() => scaleRewards(rewardScale(1), data)).toThrow(
      'scaleRewards: rewards [2], firsts [2], count 2 and a state of 1 environments do not agree, wanted T·N, T·N, N and N',
    );
    expect(() => scaleRewards(rewardScale(2), data)).toThrow(
      'scaleRewards: reward 1 is NaN, wanted a finite number',
    );
    const whole = { ...data, rewards: Float32Array.of(1, 2) };
    expect(() => scaleRewards(rewardScale(2), whole, { gamma: 1.5 })).toThrow('scaleRewards: gamma is 1.5');
    expect(() => scaleRewards(rewardScale(2), whole, { clip: 0 })).toThrow('clip 0, wanted');
    expect(() => rewardScale(0)).toThrow('rewardScale: count is 0, wanted a whole number above 0');
  });
});
