import fc from 'fast-check';
import { expect, it } from 'vitest';

import { shareOf } from './share.ts';

it('is by hand (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n)', () => {
  // Of 9 in 10: z² = 3.8415; middle 0.9 + 0.19207 = 1.09207, root √(0.009 + 0.0096036) = 0.136395, times z 0.267330, by 1.38415.
  const { share, low, high } = shareOf(9, 10);
  expect([share, low, high]).toBeAllclose([0.9, 0.595_848, 0.982_121], { atol: 2e-5, rtol: 0 });
});

it('holds the share within [0, 1], and is that of the failures turned around', () => {
  const counts = fc.nat(500).chain((trials) => fc.tuple(fc.nat(trials), fc.constant(trials)));
  fc.assert(
    fc.property(counts, ([successes, trials]) => {
      fc.pre(trials > 0);
      const { share, low, high } = shareOf(successes, trials);
      // The ends meet the share at 0 and 1, but for rounding.
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(share + 1e-12);
      expect(high).toBeGreaterThanOrEqual(share - 1e-12);
      expect(high).toBeLessThanOrEqual(1);
      const failures = shareOf(trials - successes, trials);
      expect([failures.low, failures.high]).toBeAllclose([1 - high, 1 - low], { atol: 1e-12, rtol: 0 });
    }),
  );
});

it.each([
  [0, 0],
  [3, 2],
  [-1, 2],
  [NaN, 2],
])('refuses %d successes in %d trials', (successes, trials) => {
  expect(() => shareOf(successes, trials)).toThrow(`shareOf: ${successes} successes in ${trials} trials`);
});
