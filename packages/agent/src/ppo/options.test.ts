import fc from 'fast-check';
import { expect, it } from 'vitest';

import { dppoDefaults, settled } from './options.ts';

it('takes an option that is undefined as if it were absent', () => {
  expect(settled({})).toEqual(dppoDefaults);
  const names = fc.subarray(Object.keys(dppoDefaults));
  fc.assert(
    fc.property(names, (absent) => {
      const given = Object.fromEntries(absent.map((name) => [name, undefined]));
      expect(settled(given)).toEqual(dppoDefaults);
      expect(settled({ gamma: 0.5, ...given }).gamma).toBe(absent.includes('gamma') ? 0.99 : 0.5);
    }),
  );
});

it('takes every other value as it is, 0 and false too', () => {
  const given = { normAdv: false, gamma: 0, targetKl: Infinity, actorLr: () => ({ network: 1, eta: 0 }) };
  expect(settled(given)).toEqual({ ...dppoDefaults, ...given });
});

it.each(['updateEpochs', 'batchSize', 'microBatchSize'])('refuses a %s that counts nothing', (name) => {
  for (const value of [0, -1, 1.5, NaN, Infinity]) {
    expect(() => settled({ [name]: value })).toThrow(
      new RangeError(`ppo: ${name} is ${value}, wanted a whole number above 0`),
    );
  }
});

it.each([
  [{ gamma: 1.1 }, 'ppo: gamma is 1.1, wanted a number in [0, 1]'],
  [{ gaeLambda: -1 }, 'ppo: gaeLambda is -1, wanted a number in [0, 1]'],
  [{ gammaDenoising: NaN }, 'ppo: gammaDenoising is NaN, wanted a number in [0, 1]'],
  [{ maxGradNorm: 0 }, 'ppo: maxGradNorm is 0, wanted a number above 0'],
  [{ desiredKl: -1 }, 'ppo: desiredKl is -1, wanted 0 or more'],
  [{ clipPlossCoefRate: 1000 }, 'clipRanges: got clip 0.01, base 0.01, rate 1000, wanted'],
  [
    { clipAdvantageLowerQuantile: 0.9, clipAdvantageUpperQuantile: 0.1 },
    'ppo: clipAdvantageLowerQuantile is 0.9, clipAdvantageUpperQuantile 0.1, wanted 0 ≤ lower ≤ upper ≤ 1',
  ],
])('refuses %j before anything is learned', (options, sentence) => {
  expect(() => settled(options)).toThrow(sentence);
});
