// Prints the memory of 200 Hoppers in one process, MB:
//   node --conditions=@dppo/source --import tsx packages/mujoco/bench/memory.ts
import { writeSync } from 'node:fs';

import { timeLimit, vectorize } from '@dppo/env';

import { hopper } from '../src/hopper.ts';

const count = 200;
const before = process.memoryUsage().rss;
const envs = await Promise.all(Array.from({ length: count }, () => hopper()));
const all = vectorize((i) => timeLimit(envs[i], 1000), count);
await all.reset(0);
for (let t = 0; t < 100; t++)
  await all.step(Float32Array.from({ length: count * 3 }, () => 2 * Math.random() - 1));
const after = process.memoryUsage().rss;
writeSync(
  1,
  `${count} Hoppers: ${(after / 1e6).toFixed(0)} MB, ${((after - before) / 1e6).toFixed(0)} MB of it theirs\n`,
);
