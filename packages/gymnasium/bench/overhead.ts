/**
 * Microseconds for each environment step, of a SyncVectorEnv in Python and of @dppo/gymnasium in one process of the same Python, by turns:
 * node --conditions=@dppo/source --import tsx packages/gymnasium/bench/overhead.ts [ROUNDS] [STEPS]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { gymnasium, type GymnasiumEnv } from '@dppo/gymnasium';
import { pythonWith } from '@dppo/testing/python';

const [rounds, steps] = [Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 2000)];
const python = pythonWith(new URL('../test/', import.meta.url));
const script = fileURLToPath(new URL('overhead.py', import.meta.url));
const cases = ['Pendulum-v1', 'Hopper-v5'].flatMap((id) => [1, 8].map((count) => ({ id, count })));

function inPython(): number[] {
  const words = cases.flatMap(({ id, count }) => [id, String(count)]);
  return JSON.parse(execFileSync(python, [script, String(steps), ...words], { encoding: 'utf8' }));
}

async function here(env: GymnasiumEnv): Promise<number> {
  const [actSteps, actionDim] = env.actionShape;
  const actions = new Float32Array(env.count * actSteps * actionDim);
  await env.reset(0);
  let [began, taken] = [0, 0];
  for (let warm = 0; warm < 2; warm++) {
    [began, taken] = [performance.now(), 0];
    for (let t = 0; t < steps; t += actSteps) {
      const step = await env.step(actions);
      taken += step.steps.reduce((sum, value) => sum + value, 0);
    }
  }
  return (1000 * (performance.now() - began)) / taken;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const open = (actSteps: number): Promise<GymnasiumEnv[]> =>
  Promise.all(
    cases.map(({ id, count }) => gymnasium(id, { count, actSteps, python, processes: 1, timeout: 600 })),
  );
const [one, four] = await Promise.all([open(1), open(4)]);
const found: (readonly [plain: number, one: number, four: number])[][] = [];
for (let round = 0; round < rounds; round++) {
  const plain = inPython();
  const row: (readonly [number, number, number])[] = [];
  for (const i of cases.keys()) row.push([plain[i], await here(one[i]), await here(four[i])]);
  found.push(row);
}
for (const [i, { id, count }] of cases.entries()) {
  const [plain, single, chunks] = [0, 1, 2].map((k) => median(found.map((row) => row[i][k])).toFixed(0));
  const [ratio, ofChunks] = [1, 2].map((k) => median(found.map((row) => row[i][k] / row[i][0])).toFixed(2));
  process.stdout.write(
    `${id}, ${count}: SyncVectorEnv ${plain} µs, here ${single} µs (×${ratio}), four actions at once ${chunks} µs (×${ofChunks})\n`,
  );
}
for (const env of [...one, ...four]) await env.close();
