import { expect, it } from 'vitest';

import { describe, evaluationMetrics, evaluationRow, rounded } from './evaluation.ts';

it.each([
  [
    [2625.4, 31],
    ['2625', '31'],
  ],
  [
    [13.37, -0.5],
    ['13.4', '-0.5'],
  ],
  [
    [-0.1046, 0.02],
    ['-0.105', '0.020'],
  ],
  [
    [0, 0],
    ['0', '0'],
  ],
])('writes %j with three digits of the largest', (values, text) => {
  expect(rounded(...values)).toEqual(text);
});

it('writes success with its interval and mean progress, where environments say them', () => {
  const result = {
    episodes: 10,
    mean: 31,
    std: 4,
    min: 20,
    max: 40,
    meanLength: 250,
    success: { share: 0.9, low: 0.596, high: 0.982 },
    progress: 0.9514,
  };
  expect(describe(result)).toBe(
    'return 31.0 ± 4.0 (20.0 … 40.0), success 90 % (60 … 98), progress 0.951, length 250, 10 episodes',
  );
  expect(evaluationRow(result, 'report')).toMatchObject({
    'report/success_rate': 0.9,
    'report/progress': 0.9514,
  });
});

it('counts successes and averages progress over the episodes that say them, and else has none', () => {
  const plain = { return: 1, length: 10 };
  const said = [{ ...plain, success: true, progress: 1 }, { ...plain, success: false, progress: 0.5 }, plain];
  expect(evaluationMetrics(said)).toMatchObject({ 'eval/success_rate': 0.5, 'eval/progress': 0.75 });
  expect(Object.keys(evaluationMetrics([plain]))).toEqual([
    'eval/mean_reward',
    'eval/std_reward',
    'eval/mean_ep_length',
    'eval/episodes',
  ]);
});
