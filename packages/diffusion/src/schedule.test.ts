import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cosineSchedule, linearSchedule } from './schedule.ts';

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

describe('linearSchedule', () => {
  it('grows evenly from one end to the other', () => {
    // β = 0.1, 0.2, 0.3: ᾱ = 0.9, 0.9 · 0.8, 0.9 · 0.8 · 0.7.
    const { betas, alphaBars } = linearSchedule(3, { first: 0.1, last: 0.3 });
    expect(betas).toBeAllclose([0.1, 0.2, 0.3]);
    expect(alphaBars).toBeAllclose([0.9, 0.72, 0.504]);
  });

  it('leaves next to nothing of the signal after the thousand steps of the first DDPM', () => {
    expect(linearSchedule(1000).alphaBars[999]).toBeLessThan(1e-4);
    expect(linearSchedule(1).betas).toBeAllclose([1e-4]);
  });

  it('refuses no steps and ends that are none', () => {
    expect(() => linearSchedule(0)).toThrow('linearSchedule: denoisingSteps is 0');
    expect(() => linearSchedule(3, { first: 0.3, last: 0.1 })).toThrow(
      'linearSchedule: first 0.3, last 0.1, wanted 0 < first ≤ last < 1',
    );
  });
});
