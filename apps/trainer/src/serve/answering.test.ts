import type { Asked } from '@dppo/agent';
import { expect, it } from 'vitest';

import { servedPolicy } from '../../test/served.ts';
import { answering } from './answering.ts';
import { batchSizes } from './batch-sizes.ts';

const observation = (value: number) => Array.from({ length: 11 }, (_, i) => Math.sin(value + i));

it('fills up to powers of two and to the most', () => {
  expect(batchSizes(1)).toEqual([1]);
  expect(batchSizes(2)).toEqual([1, 2]);
  expect(batchSizes(32)).toEqual([1, 2, 4, 8, 16, 32]);
  expect(batchSizes(20)).toEqual([1, 2, 4, 8, 16, 20]);
});

it('gives an observation the same chunk alone and in any company', async () => {
  const policy = await servedPolicy();
  const sizes: number[] = [];
  const actAll = (asked: readonly Asked[]) => (sizes.push(asked.length), policy.actAll(asked));
  const answer = answering({ actAll }, 20);
  const [alone] = policy.actAll([{ obs: observation(0), seed: 5 }]);
  for (const count of [2, 3, 7, 17]) {
    const company = Array.from({ length: count }, (_, i) => ({ obs: observation(i), seed: 5 + i }));
    expect(answer(company)).toHaveLength(count);
    expect(answer(company)[0]).toBeAllclose(alone, { atol: 1e-6 });
  }
  expect(new Set(sizes)).toEqual(new Set([2, 4, 8, 20]));
});

it('draws no noise for what fills up a batch', async () => {
  const [served, alone] = [await servedPolicy(3), await servedPolicy(3)];
  const answer = answering(served, 32);
  const asked = Array.from({ length: 3 }, (_, i) => ({ obs: observation(i) }));
  answer(asked);
  for (const { obs } of asked) alone.act(obs);
  expect(answer([asked[0]])).toEqual([alone.act(observation(0))]);
});

it('answers the others where one observation cannot be', async () => {
  const policy = await servedPolicy();
  const [good, bad] = [
    { obs: observation(0), seed: 1 },
    { obs: observation(0).fill(NaN), seed: 1 },
  ];
  const [first, second] = answering(policy, 4)([good, bad]);
  expect(first).toEqual(policy.actAll([good])[0]);
  expect(second).toContain('act: observation is [NaN, ');
});
