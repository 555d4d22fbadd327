import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { learn, type Learned, type LearnOptions } from './learn.ts';

async function all(options: LearnOptions): Promise<Learned[]> {
  const learned: Learned[] = [];
  for await (const each of learn(options)) learned.push(each);
  return learned;
}

describe('learn', () => {
  it('gives the same returns in a second run, and not those of the random weights', async () => {
    const options = { iterations: 1, evalEvery: 1, count: 2 };
    const first = await all(options);
    const returns = first.map(({ meanReturn }) => meanReturn);
    expect(first.map(({ iteration }) => iteration)).toEqual([0, 1]);
    expect(returns.every((value) => value > 0 && value < 80)).toBe(true);
    expect(new Set(returns).size).toBe(2);
    expect(await all(options)).toEqual(first);
  });

  it('doubles the return in twenty iterations', async ({ skip }) => {
    skip(tf.getBackend() !== 'tensorflow', 'takes minutes in plain JavaScript');
    const [before, after] = await all({ iterations: 20, evalEvery: 20, count: 25 });
    expect(after.meanReturn).toBeGreaterThan(2 * before.meanReturn);
  });
});
