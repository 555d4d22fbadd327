import fc from 'fast-check';
import { expect, it } from 'vitest';

import { adaptedRate } from './actor-rate.ts';

it('divides by 1.5 above twice the KL, multiplies by 1.5 below half of it, and stays in between', () => {
  expect(adaptedRate(3e-4, 0.021, 0.01)).toBeCloseTo(2e-4, 12);
  expect(adaptedRate(2e-4, 0.004, 0.01)).toBeCloseTo(3e-4, 12);
  expect([0.02, 0.01, 0.005].map((kl) => adaptedRate(3e-4, kl, 0.01))).toEqual([3e-4, 3e-4, 3e-4]);
});

it('never leaves [1e-5, 1e-2], and never rises where KL does', () => {
  const rate = fc.double({ min: 1e-5, max: 1e-2, noNaN: true });
  const kl = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(rate, kl, kl, (eta, a, b) => {
      const rates = [Math.min(a, b), Math.max(a, b)].map((one) => adaptedRate(eta, one, 0.01));
      expect(rates[0]).toBeGreaterThanOrEqual(rates[1]);
      expect(rates[0]).toBeLessThanOrEqual(1e-2);
      expect(rates[1]).toBeGreaterThanOrEqual(1e-5);
    }),
  );
});
