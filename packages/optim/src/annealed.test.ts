import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { annealed } from './annealed.ts';

describe('annealed', () => {
  it('rises, stays and falls by hand', () => {
    const at = annealed({ max: 3, min: 1, warmupSteps: 2, holdSteps: 3, annealSteps: 4 });
    // 1, 2 | 3, 3, 3 | ½(1 + cos ¼π) = 0.8535534, ½, …
    expect([0, 1, 2, 4, 5, 6, 7, 9, 100].map(at)).toBeAllclose([1, 2, 3, 3, 3, 2.7071068, 2, 1, 1]);
    const linearly = annealed({ max: 3, min: 1, annealSteps: 4, shape: (u) => 1 - u });
    expect([0, 1, 2, 3, 4].map(linearly)).toBeAllclose([3, 2.5, 2, 1.5, 1]);
  });

  it('stays for good where no fall is given', () => {
    expect(annealed({ max: 3, min: 1 })(1e9)).toBe(3);
  });

  it('never leaves its bounds, and never rises once it has stayed', () => {
    const steps = fc.nat(50);
    fc.assert(
      fc.property(steps, steps, steps, steps, (warmupSteps, holdSteps, annealSteps, step) => {
        const at = annealed({ max: 2, min: 0.5, warmupSteps, holdSteps, annealSteps });
        expect(at(step)).toBeGreaterThanOrEqual(0.5);
        expect(at(step)).toBeLessThanOrEqual(2);
        expect(at(warmupSteps + step + 1)).toBeLessThanOrEqual(at(warmupSteps + step));
      }),
    );
  });

  it('refuses bounds that are not finite and steps below 0', () => {
    expect(() => annealed({ max: NaN, min: 0 })).toThrow('annealed: max NaN, min 0, wanted finite numbers');
    expect(() => annealed({ max: 1, min: 0, holdSteps: -1 })).toThrow('annealed: holdSteps -1, wanted 0 or');
  });
});
