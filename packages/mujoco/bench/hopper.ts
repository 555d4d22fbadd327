// Prints how fast 40 Hoppers step with random actions and automatic reset, as ratios within this run:
//   node --conditions=@dppo/source --import tsx packages/mujoco/bench/hopper.ts [--python PATH]
// MuJoCo's native library is among them where there is one; a Python with gymnasium[mujoco] adds Gymnasium's vectors.
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { timeLimit, vectorize, workers } from '@dppo/env';
import type { VecEnv } from '@dppo/env';

import { hopper, hopperTask } from '../src/hopper.ts';
import { mujocoLibrary } from '../src/native.ts';
import { findMujocoLibrary } from '../src/provision.ts';
import type { Engine } from '../src/simulation.ts';
import { mujocoWasm } from '../src/wasm.ts';
import { gymnasium, type Usage } from './gymnasium.ts';

/** Takes a number of steps with all environments; where they are not of this process, returns what they took. */
type Contender = (steps: number) => Promise<Usage | void>;

const count = 40;
const steps = 50;
const rounds = 8;

const { values } = parseArgs({ options: { python: { type: 'string' } } });

/** The engine alone: no observation, reward or copy. */
async function bare(engine: Engine): Promise<Contender> {
  const { model, frameSkip } = hopperTask('v2');
  const all = Array.from({ length: count }, () => engine.simulate(model));
  for (const simulation of all) simulation.reset();
  return async (taken) => {
    for (let t = 0; t < taken; t++) {
      for (const simulation of all) {
        simulation.step([random(), random(), random()], frameSkip);
        const [, z, angle] = simulation.qpos;
        if (z < 0.7 || Math.abs(angle) > 0.2) simulation.reset();
      }
    }
  };
}

async function vector(env: VecEnv): Promise<Contender> {
  await env.reset(0);
  return async (taken) => {
    for (let t = 0; t < taken; t++) await env.step(Float32Array.from({ length: env.count * 3 }, random));
  };
}

async function vectorized(engine: Engine): Promise<Contender> {
  const envs = await Promise.all(Array.from({ length: count }, () => hopper({ engine })));
  return vector(vectorize((i) => timeLimit(envs[i], 1000), count));
}

function random(): number {
  return 2 * Math.random() - 1;
}

async function measure(contender: Contender): Promise<Usage> {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const usage = await contender(steps);
  const { user, system } = process.cpuUsage(cpu);
  return usage ?? { wall: (performance.now() - wall) / 1e3, cpu: (user + system) / 1e6 };
}

const module = new URL('../test/hopper-env.ts', import.meta.url);
const open = await Promise.all(
  [
    { count, workers: 1 },
    { count, workers: 2 },
    { count: count / 2, workers: 1 },
    { count: count / 2, workers: 1 },
  ].map((options) => workers(module, options)),
);
const [one, two, half, otherHalf] = await Promise.all(open.map(vector));
const library = findMujocoLibrary() ? await mujocoLibrary() : undefined;
const python = values.python ? gymnasium(values.python, count) : undefined;

const contenders: Record<string, Contender> = {
  'WebAssembly alone': await bare(await mujocoWasm()),
  vectorize: await vectorized(await mujocoWasm()),
  'workers: 1': one,
  'workers: 2': two,
  'half, 1 worker': (taken) => half(2 * taken),
  'two such at once': async (taken) => void (await Promise.all([half(taken), otherHalf(taken)])),
  ...(library && {
    'library alone': await bare(library),
    'vectorize, library': await vectorized(library),
  }),
  ...(python && { SyncVectorEnv: python.sync, AsyncVectorEnv: python.async }),
};

const totals = Object.fromEntries(Object.keys(contenders).map((name) => [name, { wall: 0, cpu: 0 }]));
for (let round = 0; round <= rounds; round++) {
  for (const [name, contender] of Object.entries(contenders)) {
    const { wall, cpu } = await measure(contender);
    // The first round warms up.
    if (round === 0) continue;
    totals[name].wall += wall;
    totals[name].cpu += cpu;
  }
}

const taken = rounds * steps * count;
const base = totals['WebAssembly alone'];
for (const [name, { wall, cpu }] of Object.entries(totals)) {
  writeSync(
    1,
    `${name.padEnd(20)} speed ×${(base.cpu / cpu).toFixed(2)} per CPU-second, ×${(base.wall / wall).toFixed(2)} per second  ` +
      `(${(taken / cpu / 1e3).toFixed(1)}k, ${(taken / wall / 1e3).toFixed(1)}k env steps)\n`,
  );
}
const ratio = (slow: string, fast: string): string =>
  `×${(totals[slow].wall / totals[fast].wall).toFixed(2)}`;
writeSync(
  1,
  `2 workers: ${ratio('workers: 1', 'workers: 2')} the speed of 1; two vectors that do not wait for each other: ` +
    `${ratio('half, 1 worker', 'two such at once')}\n`,
);
python?.close();
await Promise.all(open.map((env) => env.close()));
