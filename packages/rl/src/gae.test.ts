import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { permutation } from './permutation.ts';
import { gae, referenceBootstrap, type Rewarded } from './gae.ts';

type Rollout = Rewarded & { readonly count: number };

const count = 3;
const number = fc.float({ min: -10, max: 10, noNaN: true });
const rate = fc.double({ min: 0, max: 1, noNaN: true });

/** Rollouts of three environments; ends of both kinds are about as likely as not. */
const rollouts: fc.Arbitrary<Rollout> = fc.integer({ min: 1, max: 8 }).chain((steps) => {
  const size = { minLength: steps * count, maxLength: steps * count };
  const floats = fc.array(number, size).map((values) => Float32Array.from(values));
  const flags = fc.array(fc.nat(1), size).map((values) => Uint8Array.from(values));
  return fc.record({
    rewards: floats,
    values: floats,
    nextValues: floats,
    terminated: flags,
    truncated: flags,
    count: fc.constant(count),
  });
});

/** One environment of three steps in which nothing ends, with what the test says otherwise. */
const three = (changes: Partial<Rollout> = {}): Rollout => ({
  rewards: Float32Array.of(1, 2, 3),
  values: Float32Array.of(10, 20, 30),
  nextValues: Float32Array.of(20, 30, 40),
  terminated: new Uint8Array(3),
  truncated: new Uint8Array(3),
  count: 1,
  ...changes,
});

const half = { gamma: 0.5, lambda: 0.5 };

describe('gae', () => {
  it('is the discounted sum of TD errors by hand', () => {
    // δ = 1 + 10 − 10, 2 + 15 − 20, 3 + 20 − 30 = 1, −3, −7;  A₂ = −7, A₁ = −3 − 7/4, A₀ = 1 − 4.75/4.
    const { advantages, returns } = gae(three(), half);
    expect(advantages).toBeAllclose([-0.1875, -4.75, -7]);
    expect(returns).toBeAllclose([9.8125, 15.25, 23]);
  });

  it('expects nothing after a terminated step', () => {
    // δ₁ = 2 − 20; the trace of step 2 does not reach it.
    const { advantages } = gae(three({ terminated: Uint8Array.of(0, 1, 0) }), half);
    expect(advantages).toBeAllclose([1 - 18 / 4, -18, -7]);
  });

  it('expects the value of what it reached after a truncated step, and nothing of the next episode', () => {
    // δ₁ = 2 + 15 − 20 as if nothing had ended; the trace of step 2 does not reach it.
    const { advantages } = gae(three({ truncated: Uint8Array.of(0, 1, 0) }), half);
    expect(advantages).toBeAllclose([1 - 3 / 4, -3, -7]);
  });

  it('is the TD error when lambda is 0', () => {
    fc.assert(
      fc.property(rollouts, rate, (data, gamma) => {
        const errors = data.rewards.map(
          (reward, i) => reward + (data.terminated[i] ? 0 : gamma * data.nextValues[i]) - data.values[i],
        );
        expect(gae(data, { gamma, lambda: 0 }).advantages).toBeAllclose(errors, { atol: 1e-5 });
      }),
    );
  });

  it('is the Monte-Carlo return less the value when lambda is 1', () => {
    fc.assert(
      fc.property(rollouts, rate, (data, gamma) => {
        // Where step t + 1 follows, its value is that of the observation that t reached.
        const last = data.rewards.length - count;
        const nextValues = data.nextValues.map((value, i) =>
          i < last && !data.truncated[i] ? data.values[i + count] : value,
        );
        const wanted = new Float64Array(data.rewards.length);
        for (let i = last + count - 1; i >= 0; i--) {
          const follows = i < last && !data.truncated[i];
          wanted[i] = data.rewards[i];
          if (!data.terminated[i]) wanted[i] += gamma * (follows ? wanted[i + count] : nextValues[i]);
        }
        const { returns } = gae({ ...data, nextValues }, { gamma, lambda: 1 });
        expect(returns).toBeAllclose(wanted, { atol: 1e-4 }); // sums of up to 8 numbers around 10
      }),
    );
  });

  it('does not care in which order the environments come', () => {
    fc.assert(
      fc.property(
        rollouts,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (data, stream) => {
          const order = permutation(count, () => stream.next().value);
          const source = Float32Array.from(data.rewards.keys(), (i) => i - (i % count) + order[i % count]);
          const moved = {
            rewards: source.map((i) => data.rewards[i]),
            values: source.map((i) => data.values[i]),
            nextValues: source.map((i) => data.nextValues[i]),
            terminated: Uint8Array.from(source, (i) => data.terminated[i]),
            truncated: Uint8Array.from(source, (i) => data.truncated[i]),
            count,
          };
          const options = { gamma: 0.99, lambda: 0.95 };
          const { advantages } = gae(data, options);
          expect(gae(moved, options).advantages).toEqual(Float32Array.from(source, (i) => advantages[i]));
        },
      ),
    );
  });

  it('does not let one episode know of the next', () => {
    fc.assert(
      fc.property(rollouts, number, (data, reward) => {
        const rewards = data.rewards.slice();
        rewards.fill(reward, -count);
        const options = { gamma: 0.9, lambda: 0.9 };
        const before = gae(data, options).advantages;
        const after = gae({ ...data, rewards }, options).advantages;
        const isolated = Array.from(before.keys()).filter((i) => {
          let ended = false;
          for (let j = i; j < rewards.length - count; j += count) {
            ended ||= data.terminated[j] === 1 || data.truncated[j] === 1;
          }
          return ended;
        });
        expect(isolated.map((i) => after[i])).toEqual(isolated.map((i) => before[i]));
      }),
    );
  });

  it('refuses arrays that do not agree, and nothing at all', () => {
    expect(() => gae(three({ values: new Float32Array(2) }), half)).toThrow(
      'gae: rewards [3], values, nextValues, terminated, truncated [2,3,3,3] and count 1 do not agree, wanted T·N numbers each',
    );
    expect(() => gae(three({ count: 2 }), half)).toThrow(RangeError);
    const none = new Float32Array();
    const flags = new Uint8Array();
    expect(() =>
      gae(
        { rewards: none, values: none, nextValues: none, terminated: flags, truncated: flags, count: 1 },
        half,
      ),
    ).toThrow(RangeError);
  });

  it('refuses rates that are none', () => {
    expect(() => gae(three(), { gamma: 1.1, lambda: 1 })).toThrow(
      'gae: gamma is 1.1, wanted a number in [0, 1]',
    );
    expect(() => gae(three(), { gamma: 1, lambda: NaN })).toThrow('gae: lambda is NaN');
  });

  it('refuses a value that is not a number and says where', () => {
    expect(() => gae(three({ values: Float32Array.of(10, NaN, 30) }), half)).toThrow(
      'gae: the advantage of step 1 of environment 0 is NaN, wanted finite rewards and values',
    );
  });
});

describe('referenceBootstrap', () => {
  it('takes the value of the next row, and of the last observations in the end', () => {
    const { nextValues, truncated } = referenceBootstrap(Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6));
    expect(nextValues).toEqual(Float32Array.of(3, 4, 5, 6));
    expect(truncated).toEqual(new Uint8Array(4));
  });

  it('refuses values that are not T rows of N', () => {
    expect(() => referenceBootstrap(new Float32Array(3), new Float32Array(2))).toThrow(
      'referenceBootstrap: values [3] and lastValues [2] do not agree, wanted T·N and N, each above 0',
    );
  });
});
