import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';

import { demonstrations } from './demonstrations.ts';
import { learn, type Learned, type LearnOptions } from './learn.ts';

async function all(options: LearnOptions): Promise<Learned[]> {
  const learned: Learned[] = [];
  for await (const each of learn(options)) learned.push(each);
  return learned;
}

describe('demonstrations', () => {
  it('are chunks of four actions in [−1, 1] that reach both ends', () => {
    const { chunks } = demonstrations(2, 4);
    expect(chunks.length).toBe(2 * (100 - 3));
    const { actions } = chunks.gather(Int32Array.from({ length: chunks.length }, (_, i) => i));
    const values = Float32Array.from(actions.data);
    expect(values.reduce((a, b) => Math.min(a, b))).toBeCloseTo(-1, 5);
    expect(values.reduce((a, b) => Math.max(a, b))).toBeCloseTo(1, 3);
  });
});

describe('learn', () => {
  it('counts what it took, from before the first iteration to the last', async () => {
    const learned = await all({ episodes: 2, epochs: 1, iterations: 2, evalEvery: 1, count: 2 });
    expect(learned.map(({ iteration, envSteps }) => [iteration, envSteps])).toEqual([
      [0, 0],
      [1, 200],
      [2, 400],
    ]);
  });

  it('raises the return', async ({ skip }) => {
    skip(tf.getBackend() !== 'tensorflow', 'takes minutes in plain JavaScript');
    const [before, after] = await all({ episodes: 50, epochs: 60, iterations: 8, evalEvery: 8, count: 50 });
    expect(after.meanReturn).toBeGreaterThan(before.meanReturn + 5);
  });
});
