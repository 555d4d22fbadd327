import { seeded } from '@dppo/agent';
import { expect, it } from 'vitest';

import { smallFlow } from '../../test/small-policies.ts';
import { expectedClamped, shareClamped } from './clamped.ts';

it.each([
  [0.05, { maxLogProb: 1 }],
  [0.2, { minLogProb: -0.2, maxLogProb: -0.1 }],
  [0.9, { minLogProb: -1.3 }],
  [0.1, {}],
])('expects at σ %d as many paths beyond %j as are drawn there', (sigma, bounds) => {
  const [steps, elements, paths] = [smallFlow.sampler.steps, 12, 2000];
  const logProbs = Array.from(Array(paths).keys(), (path) => {
    const z = seeded(7)
      .at(path)
      .normal((steps + 1) * elements);
    const logProb = (i: number): number =>
      -0.5 * (Math.log(2 * Math.PI) + z[i] * z[i]) - Math.log(i < elements ? 1 : sigma);
    return Array.from(z, (_, i) => logProb(i)).reduce((a, b) => a + b, 0) / z.length;
  });
  const drawn = shareClamped(logProbs, bounds);
  expect(Math.abs(expectedClamped(smallFlow, sigma, bounds) - drawn)).toBeLessThan(0.03);
});

it('counts what is at a bound, as float32 has it', () => {
  const logProb = Float32Array.of(0.3, 0.1, -0.7, 0.2);
  expect(shareClamped(logProb, { maxLogProb: 0.3 })).toBe(0.25);
  expect(shareClamped(logProb, { minLogProb: 0.1, maxLogProb: 0.3 })).toBe(0.75);
  expect(shareClamped(logProb, {})).toBe(0);
});
