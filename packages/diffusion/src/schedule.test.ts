import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cosineSchedule } from './schedule.ts';

describe('cosineSchedule', () => {
  it('takes nearly everything in its one step when K is 1', () => {
    // a₁ = cos²(π/2) = 0, so 1 − a₁/a₀ = 1, which is clipped to 0.999; ᾱ₀ = 1 − 0.999.
    const { betas, alphaBars } = cosineSchedule(1);
    expect(betas).toBeAllclose([0.999]);
    expect(alphaBars).toBeAllclose([0.001]);
  });

  it('leaves ever less of the signal, and as much as its betas say', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (steps) => {
        const { betas, alphaBars } = cosineSchedule(steps);
        let left = 1;
        for (let t = 0; t < steps; t++) {
          expect(betas[t]).toBeGreaterThan(0);
          expect(alphaBars[t]).toBeLessThan(left);
          expect(alphaBars[t]).toBeCloseTo(left * (1 - betas[t]), 14);
          left = alphaBars[t];
        }
      }),
    );
  });

  it.each([0, -1, 2.5, NaN])('refuses %s denoising steps', (steps) => {
    expect(() => cosineSchedule(steps)).toThrow(
      new RangeError(`cosineSchedule: denoisingSteps is ${steps}, wanted a whole number above 0`),
    );
  });
});
