import { coverage, pusht as field } from '@dppo/pusht';
import { expect, it } from 'vitest';

import { pusht } from './pusht.ts';

it('rewards what is covered more than before, from the start on', async () => {
  const env = await pusht.make(0);
  const shown = field();
  for (let seed = 0, moved = 0; moved < 3; seed++) {
    env.reset(seed);
    const [, , x, y, angle] = shown.reset(seed);
    const begun = coverage({ x, y, angle });
    let [sum, progress] = [0, begun];
    // From the disc through the block to the middle, and back.
    for (let t = 0; t < 30; t++) {
      const step = env.step(Float32Array.of(256 + t, 600 - 20 * t));
      sum += step.reward;
      progress = step.progress ?? Number.NaN;
      expect(step.success).toBe(false);
    }
    expect(sum).toBeCloseTo(progress - begun, 5);
    moved += Number(progress !== begun);
  }
});
