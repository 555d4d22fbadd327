import { pcg64 } from '@dppo/env';
import { findMujocoLibrary, mujocoLibrary, mujocoWasm } from '@dppo/mujoco';
import { expect, it } from 'vitest';

import { liftTask } from './lift.ts';
import { manipulation } from './manipulation.ts';
import { meshes } from '../test/meshes.ts';

const engines = { wasm: mujocoWasm, ...(findMujocoLibrary() !== undefined && { library: mujocoLibrary }) };

it.each(Object.entries(engines))('drives an arm on %s without garbage', async (_, engine) => {
  const made = manipulation(liftTask([0.021, 0.021, 0.021]), { engine: await engine(), files: meshes });
  made.reset(pcg64(0));
  const { controller } = made.arms[0];
  const calls = 2000;
  // Code that V8 has not optimised yet keeps its numbers on the heap, and a collection makes the growth of a round negative: it is enough
  // that one round shows it. The smallest object for each call would be 12 bytes in every one of them.
  const grown = Array.from({ length: 20 }, () => {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < calls; i++) controller.drive();
    return (process.memoryUsage().heapUsed - before) / calls;
  });
  expect(Math.min(...grown.filter((bytes) => bytes >= 0))).toBeLessThan(12);
});
