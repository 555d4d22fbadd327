import type { Env, EnvState } from '@dppo/env';
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

/** What is earned from the disc through the block to the middle, and back. */
function earned(env: Env): number[] {
  return Array.from({ length: 30 }, (_, t) => env.step(Float32Array.of(256 + t, 600 - 20 * t)).reward);
}

function saved({ save }: Env): EnvState {
  if (!save) throw new Error('an environment without save');
  return save();
}

it.each([0, 1, 12])(
  'earns the same to the last bit in another environment, %d steps after a start that covers some of the goal',
  async (steps) => {
    const [here, there] = [await pusht.make(0), await pusht.make(1)];
    const shown = field();
    for (let seed = 0, covering = 0; covering < 3; seed++) {
      const [, , x, y, angle] = shown.reset(seed);
      if (coverage({ x, y, angle }) === 0) continue;
      covering += 1;
      here.reset(seed);
      for (let t = 0; t < steps; t++) here.step(Float32Array.of(20, 30 + 9 * t));
      there.reset(99);
      there.restore?.(saved(here));
      expect(earned(there)).toEqual(earned(here));
    }
  },
);

it('refuses a state without what was covered', async () => {
  const env = await pusht.make(0);
  env.reset(0);
  const state = saved(env);
  expect(() => env.restore?.(state.slice(1))).toThrow('pusht: state of 16 numbers is none of its own');
  expect(() => env.restore?.(new Float64Array(0))).toThrow('pusht: state has 0 numbers, wanted 1');
  expect(() => env.restore?.(Float64Array.of(Number.NaN, ...state.slice(1)))).toThrow(
    'pusht: state[0] is NaN, wanted finite numbers',
  );
});
