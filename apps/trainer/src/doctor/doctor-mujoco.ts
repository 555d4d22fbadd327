import { findMujocoLibrary, hopper, mujocoLibrary } from '@dppo/mujoco';

import { type Check, tried } from './doctor-check.ts';

/** MuJoCo twice, and on which of the two environments run. */
export async function mujocoChecks(): Promise<Check[]> {
  // A library that is named has to load; without another there is WebAssembly.
  const otherwise = process.env['DPPO_LIBMUJOCO'] ? 'broken' : 'missing';
  const native = await tried('MuJoCo native', otherwise, async () => {
    const found = await hops(hopper({ engine: await mujocoLibrary() }));
    return `${found} on ${findMujocoLibrary()}, as all environments do`;
  });
  const wasm = await tried('MuJoCo WebAssembly', 'broken', async () => {
    const found = await hops(hopper());
    return native.state === 'missing' ? `${found}, as all environments do` : found;
  });
  return [native, wasm];
}

/** Takes a step of a robot that is known. */
async function hops(making: ReturnType<typeof hopper>): Promise<string> {
  const robot = await making;
  robot.reset(0);
  const { reward } = robot.step(new Float32Array(3));
  if (!Number.isFinite(reward)) throw new Error(`the first reward of Hopper is ${reward}`);
  return 'Hopper steps';
}
