import { expect, it } from 'vitest';

import { demonstrationsOf, firstOf } from './demonstrations.ts';

/** An episode whose numbers follow on from `first`, two observed and one action a step. */
function episode(first: number, length: number, terminal = false) {
  const rewards = Array.from({ length }, (_, t) => first + t);
  return { obs: rewards.flatMap((r) => [r, -r]), actions: rewards.map((r) => 10 * r), rewards, terminal };
}

const sizes = { obsDim: 2, actionDim: 1 };

it('takes the first episodes of all parts, and of no part more than there is', () => {
  const parts = [
    demonstrationsOf([episode(1, 2, true), episode(3, 1)], sizes),
    demonstrationsOf([episode(4, 2, true), episode(6, 3)], sizes),
  ];
  expect(firstOf(parts, 3)).toEqual({
    ...sizes,
    states: Float32Array.of(1, -1, 2, -2, 3, -3, 4, -4, 5, -5),
    actions: Float32Array.of(10, 20, 30, 40, 50),
    rewards: Float32Array.of(1, 2, 3, 4, 5),
    terminals: Uint8Array.of(0, 1, 0, 0, 1),
    trajLengths: Int32Array.of(2, 1, 2),
  });
  expect(firstOf(parts, 4).trajLengths).toEqual(Int32Array.of(2, 1, 2, 3));
  expect(firstOf(parts, 1).rewards).toEqual(Float32Array.of(1, 2));
});
