import { expect, it } from 'vitest';

import { enough, isBest } from './early-stopping.ts';

const evaluations = (...means: number[]) =>
  means.map((mean, i) => ({ iteration: 5 * i, envSteps: i, mean, std: 0, meanLength: 1, episodes: 1 }));

it('knows the best, of equal ones the first', () => {
  expect(isBest(evaluations(1))).toBe(true);
  expect(isBest(evaluations(1, 3, 2))).toBe(false);
  expect(isBest(evaluations(1, 3, 3))).toBe(false);
  expect(isBest(evaluations(1, 3, 4))).toBe(true);
});

it('ends at the return that was asked for, and at no other', () => {
  expect(enough(evaluations(9, 10), { targetReturn: 10 })).toBe('the mean return reached 10');
  expect(enough(evaluations(11, 9), { targetReturn: 10 })).toBeUndefined();
  expect(enough(evaluations(1e9), {})).toBeUndefined();
  expect(enough([], { targetReturn: 0, patience: 1 })).toBeUndefined();
});

it('ends where so many evaluations in a row were not better', () => {
  expect(enough(evaluations(1, 3, 2), { patience: 2 })).toBeUndefined();
  expect(enough(evaluations(1, 3, 2, 3), { patience: 2 })).toBe(
    'no better evaluation in 2 than 3 after iteration 5, which is best.safetensors',
  );
});
