// Prints how fast 40 Hoppers step with random actions and automatic reset, as ratios within this run:
//   node --conditions=@dppo/source --import tsx packages/mujoco/bench/hopper.ts
import { writeSync } from 'node:fs';

import { vectorize, workers } from '@dppo/env';
import type { VecEnv } from '@dppo/env';

import { hopperTask } from '../src/hopper.ts';
import { simulate } from '../src/simulation.ts';
import hopperEnv from '../src/testing/hopper-env.ts';

const count = 40;
const steps = 100;
const rounds = 5;

/** The engine alone: no observation, reward or copy. */
async function engine(): Promise<() => void> {
  const { model, frameSkip } = hopperTask('v2');
  const all = await Promise.all(Array.from({ length: count }, () => simulate(model)));
  for (const simulation of all) simulation.reset();
  return () => {
    for (const simulation of all) {
      simulation.step([random(), random(), random()], frameSkip);
      const [, z, angle] = simulation.qpos;
      if (z < 0.7 || Math.abs(angle) > 0.2) simulation.reset();
    }
  };
}

async function vector(env: VecEnv): Promise<() => Promise<unknown>> {
  await env.reset(0);
  return () => env.step(Float32Array.from({ length: count * 3 }, random));
}

function random(): number {
  return 2 * Math.random() - 1;
}

async function main(): Promise<void> {
  const envs = await Promise.all(Array.from({ length: count }, hopperEnv));
  const module = new URL('../src/testing/hopper-env.ts', import.meta.url);
  const open = await Promise.all([1, 2].map((threads) => workers(module, { count, workers: threads })));
  const contenders: Record<string, () => unknown> = {
    'engine alone': await engine(),
    vectorize: await vector(vectorize((i) => envs[i], count)),
    'workers: 1': await vector(open[0]),
    'workers: 2': await vector(open[1]),
  };
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, { wall: 0, cpu: 0 }]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, step] of Object.entries(contenders)) {
      const [wall, cpu] = [performance.now(), process.cpuUsage()];
      for (let t = 0; t < steps; t++) await step();
      const { user, system } = process.cpuUsage(cpu);
      // The first round warms up.
      if (round > 0) {
        times[name].wall += (performance.now() - wall) / 1e3;
        times[name].cpu += (user + system) / 1e6;
      }
    }
  }
  const base = times['engine alone'];
  for (const [name, { wall, cpu }] of Object.entries(times)) {
    const perSecond = (rounds * steps * count) / cpu;
    writeSync(
      1,
      `${name.padEnd(14)} wall ×${(wall / base.wall).toFixed(2)}  CPU ×${(cpu / base.cpu).toFixed(2)}  ` +
        `${(perSecond / 1000).toFixed(1)}k env steps per CPU-second\n`,
    );
  }
  await Promise.all(open.map((env) => env.close()));
}

await main();
