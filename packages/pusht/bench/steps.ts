/**
 * Env steps of PushT in a second of processor time: node --conditions=@dppo/source --import tsx packages/pusht/bench/steps.ts
 * Each episode is cut after 300 steps; actions are near the block, so that it is pushed in most steps.
 */
import { timeLimit, uniform } from '@dppo/env';
import { pusht } from '@dppo/pusht';

const env = timeLimit(pusht(), 300);
const random = uniform(0);
const steps = 50_000;
let obs = env.reset(0);

function run(count: number): number {
  const begun = process.cpuUsage();
  for (let t = 0; t < count; t++) {
    const target = [obs[2], obs[3]].map((at) => Math.min(Math.max(at + 80 * random(), 0), 512));
    const step = env.step(Float32Array.from(target));
    obs = step.terminated || step.truncated ? env.reset() : step.obs;
  }
  const { user, system } = process.cpuUsage(begun);
  return count / ((user + system) / 1e6);
}

run(5000);
process.stdout.write(`${Math.round(run(steps))} env steps per CPU-second\n`);
