/**
 * Microseconds for each environment step, of a SyncVectorEnv in Python and of @dppo/gymnasium in one process of the same Python, by turns:
 * node --conditions=@dppo/source --import tsx packages/gymnasium/bench/overhead.ts
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { gymnasium } from '@dppo/gymnasium';
import { pythonWith } from '@dppo/testing/python';

const python = pythonWith(new URL('../test/', import.meta.url));
const script = fileURLToPath(new URL('overhead.py', import.meta.url));
const [rounds, steps] = [5, 1000];

const inPython = (id: string, count: number): number =>
  Number(execFileSync(python, [script, id, String(count), String(steps)], { encoding: 'utf8' }));

async function here(id: string, count: number, actSteps: number): Promise<number> {
  const env = await gymnasium(id, { count, actSteps, python, processes: 1 });
  const actions = new Float32Array(count * actSteps * env.actionShape[1]);
  await env.reset(0);
  let [began, taken] = [0, 0];
  for (let round = 0; round < 2; round++) {
    [began, taken] = [performance.now(), 0];
    for (let t = 0; t < steps; t += actSteps) {
      const { steps: each } = await env.step(actions);
      taken += each.reduce((sum, value) => sum + value, 0);
    }
  }
  const took = performance.now() - began;
  await env.close();
  return (1000 * took) / taken;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

for (const id of ['Pendulum-v1', 'Hopper-v5']) {
  for (const count of [1, 8]) {
    const found: [number, number, number][] = [];
    for (let round = 0; round < rounds; round++)
      found.push([inPython(id, count), await here(id, count, 1), await here(id, count, 4)]);
    const [plain, ours, chunks] = [0, 1, 2].map((i) => median(found.map((row) => row[i])));
    const ratios = [1, 2].map((i) => median(found.map((row) => row[i] / row[0])).toFixed(2));
    process.stdout.write(
      `${id}, ${count}: SyncVectorEnv ${plain.toFixed(0)} µs, here ${ours.toFixed(0)} µs (×${ratios[0]}), four actions at once ${chunks.toFixed(0)} µs (×${ratios[1]})\n`,
    );
  }
}
