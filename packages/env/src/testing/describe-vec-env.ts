import { describe, expect, it, onTestFinished } from 'vitest';

import { sizeOf } from '../env.ts';
import type { VecStep } from '../batch.ts';
import type { VecEnv } from '../vec-env.ts';
import { uniform } from '../uniform.ts';

/** Registers with vitest the tests that every implementation of `VecEnv` passes, on those that `make`
 * makes, titled `name`; its environments must be alike. */
export function describeVecEnv(name: string, make: () => VecEnv | Promise<VecEnv>): void {
  async function made(): Promise<VecEnv> {
    const env = await make();
    onTestFinished(() => env.close());
    return env;
  }

  describe(`${name} as a VecEnv`, () => {
    it('gives a row for each environment', async () => {
      const env = await made();
      const [{ obs, ...step }] = await run(env, 0, 1);
      expect(obs).toHaveLength(env.count * sizeOf(env.obsShape));
      expect(step.reached).toHaveLength(obs.length);
      for (const key of ['rewards', 'terminated', 'truncated', 'steps'] as const) {
        expect(step[key]).toHaveLength(env.count);
      }
    });

    it('gives finite observations and rewards, and ends an episode in one way', async () => {
      for (const { obs, reached, rewards, terminated, truncated } of await run(await made(), 0, 60)) {
        expect([...obs, ...reached, ...rewards].every(Number.isFinite)).toBe(true);
        expect(terminated.some((ended, i) => ended && truncated[i])).toBe(false);
      }
    });

    it('repeats everything exactly for the same seed', async () => {
      const env = await made();
      const first = await run(env, 1, 60);
      await run(env, 2, 5);
      expect(await run(env, 1, 60)).toEqual(first);
    });

    it('seeds environment i with seed + i', async () => {
      const env = await made();
      const size = sizeOf(env.obsShape);
      const first = (await env.reset(10)).slice();
      const next = (await env.reset(11)).slice();
      expect(next.slice(0, -size)).toEqual(first.slice(size));
    });

    it('takes a seed for each environment in place of one for all', async () => {
      const env = await made();
      const size = sizeOf(env.obsShape);
      const seeds = Array.from({ length: env.count }, (_, i) => Number.MAX_SAFE_INTEGER - 7 * i);
      const rows = (obs: Float32Array): Float32Array[] =>
        seeds.map((_, i) => obs.slice(i * size, (i + 1) * size));
      const first = rows(await env.reset(seeds));
      expect(rows(await env.reset(seeds.toReversed()))).toEqual(first.toReversed());
      await expect(env.reset([...seeds, 1])).rejects.toThrow(RangeError);
      await expect(env.reset(seeds.map(() => 0.5))).rejects.toThrow(RangeError);
    });

    it('differs between what was reached and what to act on only where an episode ended', async () => {
      const env = await made();
      const size = sizeOf(env.obsShape);
      let ended = 0;
      for (const { obs, reached, terminated, truncated } of await run(env, 0, 200)) {
        for (let at = 0; at < obs.length; at++) {
          const i = Math.floor(at / size);
          if (terminated[i] || truncated[i]) obs[at] = reached[at];
        }
        ended += terminated.some(Boolean) || truncated.some(Boolean) ? 1 : 0;
        expect(obs).toEqual(reached);
      }
      expect(ended, 'no episode of the first 200 steps ended: make them shorter for this test').not.toBe(0);
    });

    it('refuses actions of another length, a seed that is none, and to step before it is reset', async () => {
      const env = await made();
      const size = env.count * sizeOf(env.actionShape);
      await expect(env.step(new Float32Array(size))).rejects.toThrow(Error);
      await expect(env.reset(-1)).rejects.toThrow(RangeError);
      await env.reset(0);
      await expect(env.step(new Float32Array(size + 1))).rejects.toThrow(RangeError);
    });

    it('goes on in others that are made in the same way with the same bits', async ({ skip }) => {
      const [here, there] = [await made(), await made()];
      if (!here.save || !there.restore) return skip('one of them cannot be saved');
      await expect(here.save()).rejects.toThrow('save: called before the first reset');
      await run(here, 4, 25);
      const states = structuredClone(await here.save());
      const ahead = await goOn(here, 5, 60);
      await there.restore(states);
      expect(await goOn(there, 5, 60)).toEqual(ahead);
      expect(await there.reset()).toEqual(await here.reset());
      await expect(there.restore(states.slice(1))).rejects.toThrow(RangeError);
    });

    it('closes twice without complaint and refuses to step after that', async () => {
      const env = await made();
      await env.reset(0);
      await env.close();
      await env.close();
      const actions = new Float32Array(env.count * sizeOf(env.actionShape));
      await expect(env.step(actions)).rejects.toThrow(Error);
    });
  });
}

/** Copies of all that `steps` steps from reset(seed) led to, with actions uniform in [−1, 1). */
export async function run(env: VecEnv, seed: number, steps: number): Promise<VecStep[]> {
  await env.reset(seed);
  return goOn(env, seed, steps);
}

/** Copies of all that `steps` steps lead to, with actions uniform in [−1, 1) that follow from a seed. */
export async function goOn(env: VecEnv, seed: number, steps: number): Promise<VecStep[]> {
  const random = uniform(seed);
  const all: VecStep[] = [];
  for (let t = 0; t < steps; t++) {
    const actions = Float32Array.from({ length: env.count * sizeOf(env.actionShape) }, random);
    all.push(structuredClone(await env.step(actions)));
  }
  return all;
}
