import { expect, it } from 'vitest';

import { adviceOnStd, adviser, shareOutside } from './advice.ts';

const ordinary = {
  'train/iteration': 3,
  'train/clip_fraction': 0.15,
  'train/approx_kl': 0.01,
  'rollout/obs_outside': 0.01,
};

it.each([
  ['train/clip_fraction', 0.001, 'less than 2 % of the ratios are clipped'],
  ['train/clip_fraction', 0.5, 'more than 30 % of the ratios are clipped'],
  ['train/approx_kl', 0.7, 'the approximate KL is above 0.1'],
  ['rollout/obs_outside', 0.5, 'more than 20 % of the observed numbers are beyond ±1.5'],
  ['rollout/log_prob_clamped', 0.5, 'more than 20 % of the log-probabilities are at'],
] as const)('says what to try where %s is %f, once until it was gone', (name, value, sentence) => {
  const advice = adviser({ nCriticWarmupItr: 0 });
  const ill = { ...ordinary, [name]: value };
  expect(advice(ordinary)).toEqual([]);
  expect(advice(ill)).toEqual([expect.stringContaining(sentence)]);
  expect(advice(ill)).toEqual([]);
  expect(advice(ordinary)).toEqual([]);
  expect(advice(ill)).toHaveLength(1);
});

it('expects nothing of an actor that does not learn yet', () => {
  const advice = adviser({ nCriticWarmupItr: 3 });
  const still = { ...ordinary, 'train/clip_fraction': 0, 'train/approx_kl': 0 };
  expect(advice(still)).toEqual([]);
  expect(advice({ ...still, 'train/iteration': 4 })).toHaveLength(1);
});

it.each([
  [0.105, 'η is at its bound 0.1, where it hardly has a gradient: try a higher --ent-coef'],
  [0.995, 'η is at its bound 1, where it hardly has a gradient: try a lower --ent-coef'],
])('says that a learned η has come to its bound: %d', (mean, sentence) => {
  const advice = adviser({ nCriticWarmupItr: 0 }, { kind: 'fixed', base: 0.5, min: 0.1, max: 1 });
  expect(advice({ ...ordinary, 'train/entropy': 0.5 })).toEqual([]);
  expect(advice({ ...ordinary, 'train/entropy': mean })).toEqual([expect.stringContaining(sentence)]);
  expect(adviser({ nCriticWarmupItr: 0 })({ ...ordinary, 'train/entropy': 1 })).toEqual([]);
});

it('counts the numbers beyond ±1.5', () => {
  expect(shareOutside(Float32Array.of(0, 1.4, -1.6, 100))).toBe(0.5);
});

// The entropy of a Gaussian is ln σ + ½ ln 2πe.
const entropy = (std: number): number => Math.log(std) + 0.5 * Math.log(2 * Math.PI * Math.E);

it('says when the standard deviation of a Gaussian policy, which its entropy tells, is at a bound', () => {
  expect(adviceOnStd(entropy(0.5))).toEqual([]);
  expect(adviceOnStd(entropy(0.01))).toEqual([expect.stringContaining('at its floor of 0.01')]);
  expect(adviceOnStd(entropy(1))).toEqual([expect.stringContaining('at its bound of 1')]);
});
