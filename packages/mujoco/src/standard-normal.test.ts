import { pcg64 } from '@dppo/env';
import { describe, expect, it } from 'vitest';

import { standardNormal } from './standard-normal.ts';

describe('standardNormal', () => {
  it('draws what numpy draws, beyond the ziggurat too', () => {
    // default_rng(7).standard_normal(20000): the first four, the first in the tail, the last.
    const generator = pcg64(7);
    const draws = Array.from({ length: 20_000 }, () => standardNormal(generator));
    expect([0, 1, 2, 3, 2311, 19999].map((i) => draws[i])).toBeAllclose(
      [
        0.0012301533574825742, 0.2987455375084699, -0.2741378553622176, -0.8905918387572742,
        -3.661081810206792, -0.49851470894315997,
      ],
      { atol: 0, rtol: 1e-13 },
    );
  });

  it('has mean 0 and variance 1', () => {
    const generator = pcg64(0);
    const draws = Array.from({ length: 50_000 }, () => standardNormal(generator));
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length - mean ** 2;
    // Five standard errors: 5/√50000 and 5·√(2/50000).
    expect(Math.abs(mean)).toBeLessThan(0.0224);
    expect(Math.abs(variance - 1)).toBeLessThan(0.0317);
  });
});
