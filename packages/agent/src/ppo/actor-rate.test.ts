import fc from 'fast-check';
import { expect, it } from 'vitest';

import { adaptedRate, adaptedScale, rateMetrics, scaledRate } from './actor-rate.ts';

it('divides by 1.5 above twice the KL, multiplies by 1.5 below half of it, and stays in between', () => {
  expect(adaptedRate(3e-4, 0.021, 0.01)).toBeCloseTo(2e-4, 12);
  expect(adaptedRate(2e-4, 0.004, 0.01)).toBeCloseTo(3e-4, 12);
  expect([0.02, 0.01, 0.005].map((kl) => adaptedRate(3e-4, kl, 0.01))).toEqual([3e-4, 3e-4, 3e-4]);
});

it('stays within other bounds where they are given, and where an estimate of KL is below 0', () => {
  expect(adaptedRate(4e-4, 0.001, 0.01, { max: 5e-4 })).toBe(5e-4);
  expect(adaptedRate(4e-4, 0.03, 0.01, { min: 3e-4 })).toBe(3e-4);
  expect(adaptedRate(4e-4, -1e-9, 0.01)).toBe(4e-4);
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

it('adapts the scale so that the largest rate is the adapted one, and leaves the others in proportion', () => {
  // 3e-4 · 1 is too fast: 2e-4. Of two parts the scale is that of the larger.
  expect(adaptedScale(3e-4, 1, 0.03, 0.01)).toBeCloseTo(2 / 3, 12);
  // 8e-3 · 1.5 is beyond 1e-2, which 1.25 times it is.
  const rates = { eta: 1e-4, network: 8e-3 };
  const scale = adaptedScale(rates, 1, 0.001, 0.01);
  expect(scale).toBeCloseTo(1.25, 12);
  expect(scaledRate(rates, scale)).toEqual({ eta: 1e-4 * scale, network: 8e-3 * scale });
  expect(scaledRate(1e-3, 2)).toBe(2e-3);
});

it('keeps the very scale where the rate stays, and where there is no rate to scale', () => {
  expect(adaptedScale(0.3, 1 / 3, 0.01, 0.01)).toBe(1 / 3);
  expect(adaptedScale(0, 2, 1, 0.01)).toBe(2);
  expect(adaptedScale({ network: 0, eta: 0 }, 2, 0, 0.01)).toBe(2);
});

it('names the rate of the actor, or that of each of its parts', () => {
  expect(rateMetrics(0.1)).toEqual({ 'train/actor_lr': 0.1 });
  expect(rateMetrics({ network: 0.1, eta: 0 })).toEqual({ 'train/network_lr': 0.1, 'train/eta_lr': 0 });
});
