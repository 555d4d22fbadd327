import { findMujocoLibrary } from '@dppo/mujoco';
import { afterEach, expect, it, vi } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { environmentFor } from './environment.ts';

afterEach(() => void vi.unstubAllEnvs());

/** What two Hoppers in a worker observe, where the variable names this library or, empty, none. */
async function observed(library: string): Promise<number[][]> {
  vi.stubEnv('DPPO_LIBMUJOCO', library);
  const env = await environmentFor(smallHopper, { count: 2, workers: 1 });
  try {
    const seen = [Array.from(await env.reset(7))];
    const chunk = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
    for (let t = 0; t < 8; t++) seen.push(Array.from((await env.step(chunk)).obs));
    return seen;
  } finally {
    await env.close();
  }
}

it('names the library of DPPO_LIBMUJOCO that does not load in a worker', async () => {
  await expect(observed('/nowhere/libmujoco.so')).rejects.toThrow(
    'mujocoLibrary: /nowhere/libmujoco.so does not load',
  );
});

const library = findMujocoLibrary() ?? '';

it.skipIf(library === '')("moves with MuJoCo's library as on WebAssembly", async () => {
  const [native, wasm] = [await observed(library), await observed('')];
  expect(native.flat()).toBeAllclose(wasm.flat(), { atol: 1e-6, rtol: 0 });
});
