import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallAgent } from '../../test/small.ts';
import { type Compile, compiled, samplesOf } from './policy.ts';

it('acts through what compile made, once, and is otherwise the policy itself', () => {
  const { policy } = smallAgent();
  const calls: number[] = [];
  const compile: Compile = (f) => {
    const own = calls.push(0) - 1;
    return (...inputs) => {
      calls[own]++;
      return f(...inputs);
    };
  };
  const fast = compiled(policy, compile);
  const params = policy.init(1);
  const [obs, noise] = [{ state: tf.ones([3, 1, 2]) }, tf.ones<tf.Rank.R4>([policy.draws, 3, 2, 1])];
  const [path, plain] = [fast.act(params, obs, noise), policy.act(params, obs, noise)];
  expect(path.states).toBeAllclose(plain.states, { atol: 0, rtol: 0 });
  expect(path.logProb).toBeAllclose(plain.logProb, { atol: 0, rtol: 0 });
  expect(fast.best(params, obs, noise)).toBeAllclose(policy.best(params, obs, noise), { atol: 0, rtol: 0 });
  const target = {
    chunk: tf.ones<tf.Rank.R3>([3, 2, 1]),
    weights: tf.ones<tf.Rank.R3>([1, 1, 1]),
    maxWeight: 5,
  };
  const [pulled, wanted] = [fast, policy].map((each) => each.guided?.(params, obs, noise, target));
  expect(pulled?.dataSync()).toEqual(wanted?.dataSync());
  fast.act(params, obs, noise);
  expect(calls).toEqual([2, 1, 1]);
  const others = { act: 0, best: 0, guided: 0 };
  expect({ ...fast, ...others }).toEqual({ ...policy, ...others });
  const { guided: _, ...unguided } = policy;
  expect(compiled(unguided, compile)).not.toHaveProperty('guided');
});

it('has a sample for every window of consecutive states', () => {
  expect(samplesOf({ states: 11, window: 2 })).toBe(10);
  expect(samplesOf({ states: 11, window: 11 })).toBe(1);
});
