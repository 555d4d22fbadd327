// Env steps per CPU-second of each task on each engine, microseconds of the controller in a substep, and what they allocate.
// Run by `node --expose-gc --conditions=@dppo/source --import tsx packages/robosuite/bench/speed.ts [STEPS]`.
import { pcg64 } from '@dppo/env';
import { findMujocoLibrary, mujocoLibrary, mujocoWasm } from '@dppo/mujoco';

import { canTask } from '../src/can.ts';
import { liftTask } from '../src/lift.ts';
import { manipulation } from '../src/manipulation.ts';
import { robosuiteMeshes } from '../src/meshes.ts';
import { squareTask } from '../src/square.ts';
import { transportTask } from '../src/transport.ts';

const steps = Number(process.argv[2] ?? 60);
const files = await robosuiteMeshes();
const engines = {
  wasm: await mujocoWasm(),
  ...(findMujocoLibrary() !== undefined && { library: await mujocoLibrary() }),
};
const tasks = [liftTask([0.021, 0.021, 0.021]), canTask('slim'), squareTask('slim'), transportTask(0.0165)];

/** CPU-seconds that `run` takes. */
function cpuSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

for (const [engine, made] of Object.entries(engines)) {
  for (const task of tasks) {
    const env = manipulation(task, { engine: made, files });
    const random = pcg64(1).random;
    const action = new Float64Array(env.actionSize);
    const act = (): void => {
      for (let i = 0; i < action.length; i++) action[i] = 2 * random() - 1;
      env.control(action);
    };
    env.reset(pcg64(0));
    for (let t = 0; t < steps; t++) act();
    env.reset(pcg64(0));
    const stepping = cpuSeconds(() => {
      for (let t = 0; t < steps; t++) act();
    });
    const { controller } = env.arms[0];
    const substeps = 20_000;
    for (let i = 0; i < substeps; i++) controller.drive();
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const driving = cpuSeconds(() => {
      for (let i = 0; i < substeps; i++) controller.drive();
    });
    const grown = (process.memoryUsage().heapUsed - heap) / substeps;
    process.stdout.write(
      `${engine} ${task.name}: ${(steps / stepping).toFixed(1)} env steps per CPU-second, ` +
        `controller ${((driving / substeps) * 1e6).toFixed(1)} µs and ${grown.toFixed(1)} bytes a substep\n`,
    );
  }
}
