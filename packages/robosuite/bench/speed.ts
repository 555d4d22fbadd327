// Env steps per CPU-second of each task on each engine with random actions and, where DPPO_PYTHON names a Python that has robosuite
// (golden/original.py says how to make one), of the original, all of them in turn; then microseconds of the controller in a substep and
// what it allocates. `node --expose-gc --conditions=@dppo/source --import tsx packages/robosuite/bench/speed.ts [STEPS] [ROUNDS]`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { pcg64, uniform } from '@dppo/env';
import { type Engine, findMujocoLibrary, mujocoLibrary, mujocoWasm } from '@dppo/mujoco';

import { can, lift, square, transport } from '../src/index.ts';
import { liftTask } from '../src/lift.ts';
import { manipulation } from '../src/manipulation.ts';
import { robosuiteMeshes } from '../src/meshes.ts';

const [steps, rounds] = [Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 3)];
const python = process.env['DPPO_PYTHON'];
const tasks = { lift, can, square, transport };
const engines = {
  wasm: await mujocoWasm(),
  ...(findMujocoLibrary() !== undefined && { library: await mujocoLibrary() }),
};

/** CPU-seconds that `run` takes, threads of the garbage collector's included. */
function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function ours(name: keyof typeof tasks, engine: Engine): Promise<number> {
  const env = await tasks[name]({ engine });
  const random = uniform(1);
  const actions = Array.from({ length: steps }, () =>
    Float32Array.from({ length: env.actionShape[0] }, random),
  );
  const play = (): void => {
    env.reset(0);
    for (const action of actions) env.step(action);
  };
  play();
  return steps / cpuSeconds(play);
}

function theirs(name: string): number {
  const script = fileURLToPath(new URL('speed.py', import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const { stdout, stderr, status } = spawnSync(python ?? '', [script, name, String(steps)], {
    encoding: 'utf8',
    env,
  });
  if (status !== 0) throw new Error(`speed: ${python} ${script} ended with ${status}: ${stderr}`);
  return Number(stdout.trim().split('\n').at(-1));
}

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

for (const name of ['lift', 'can', 'square', 'transport'] as const) {
  const found: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [engine, made] of Object.entries(engines)) (found[engine] ??= []).push(await ours(name, made));
    if (python !== undefined && name !== 'transport') (found['python'] ??= []).push(theirs(name));
  }
  const base = found['python'] && median(found['python']);
  const said = Object.entries(found).map(([who, numbers]) => {
    const times = base === undefined ? '' : `, ${(median(numbers) / base).toFixed(1)} times Python`;
    return `${who} ${median(numbers).toFixed(1)} (${numbers.map((each) => each.toFixed(1)).join(', ')}${times})`;
  });
  process.stdout.write(`${name}: env steps per CPU-second: ${said.join('; ')}\n`);
}

const files = await robosuiteMeshes();
for (const [name, engine] of Object.entries(engines)) {
  const made = manipulation(liftTask([0.021, 0.021, 0.021]), { engine, files });
  made.reset(pcg64(0));
  const { controller } = made.arms[0];
  const drive = (): void => {
    for (let i = 0; i < 20_000; i++) controller.drive();
  };
  // In the first rounds V8 optimises, which leaves something on the heap.
  let [seconds, grown] = [Infinity, Infinity];
  for (let round = 0; round < 6; round++) {
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed;
    seconds = Math.min(seconds, cpuSeconds(drive));
    const growth = (process.memoryUsage().heapUsed - heap) / 20_000;
    if (growth >= 0) grown = Math.min(grown, growth); // else a collection came in between
  }
  process.stdout.write(
    `controller on ${name}: ${((seconds / 20_000) * 1e6).toFixed(1)} µs and ${grown.toFixed(2)} bytes a substep\n`,
  );
}
