import fc from 'fast-check';
import { expect, it } from 'vitest';

import { uniform } from './uniform.ts';

it('uniform leaves out what was drawn before', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(1000), (seed, drawn) => {
      const random = uniform(seed);
      for (let i = 0; i < drawn; i++) random();
      const rest = uniform(seed, drawn);
      expect([rest(), rest()]).toEqual([random(), random()]);
    }),
  );
});
