import { sizeOf } from './env.ts';
import type { Env, SavableEnv } from './env.ts';
import { uniform } from './uniform.ts';

/**
 * Throws an Error unless `there` goes on from a state of `here` with the same bits, through ends of episodes and the resets after
 * them. Both are made in the same way, and may be one.
 */
export function checkSaved(here: SavableEnv, there: SavableEnv): void {
  here.reset(6);
  walk(here, 1, 7);
  const state = here.save();
  if (!(state instanceof Float64Array)) throw new Error('save gave no Float64Array');
  const kept = structuredClone(state);
  const ahead = [...walk(here, 2, 60), here.reset()];
  there.reset(8);
  walk(there, 3, 5);
  there.restore(kept);
  const again = [...walk(there, 2, 60), there.reset()];
  const t = ahead.findIndex((numbers, i) => !equal(numbers, again[i]));
  if (t >= 0)
    throw new Error(
      `step ${t} after restore led to [${again[t].join(', ')}], after save to [${ahead[t].join(', ')}]`,
    );
  if (!equal(state, kept))
    throw new Error('the state that save gave was changed by a later step or by restore');
}

/** What each of so many steps led to, resets after ends included. */
function walk(env: Env, seed: number, count: number): number[][] {
  const random = uniform(seed);
  return Array.from({ length: count }, () => {
    const step = env.step(Float32Array.from({ length: sizeOf(env.actionShape) }, random));
    const { obs, reward, terminated, truncated, steps: taken = 1 } = step;
    const next = terminated || truncated ? env.reset() : [];
    return [...obs, reward, Number(terminated), Number(truncated), taken, ...next];
  });
}

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((value, i) => Object.is(value, b[i]));
}
