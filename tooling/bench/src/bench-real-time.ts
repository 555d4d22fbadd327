// pnpm bench-real-time: how long a robot at a control rate waits for chunks of a policy of Hopper's size, and how even its ticks are.
import { cpus, loadavg } from 'node:os';
import { MessageChannel, SHARE_ENV, Worker } from 'node:worker_threads';

import { chunking, drive, newest, plannerAt, type Planner, realTime, type Spread } from '@dppo/agent';
import { useBackend } from '@dppo/engine';
import { Command, InvalidArgumentError } from 'commander';

import { shapes } from './job.ts';
import { random } from './inputs.ts';
import { realTimePolicy } from './real-time-policy.ts';
import { markdown, milliseconds } from './table.ts';

const program = new Command('bench-real-time')
  .description('latency of chunks and jitter of ticks of a robot that a policy of the Hopper preset controls')
  .option('--hz <rate>', 'ticks a second', positive, 50)
  .option('--seconds <count>', 'time for each row', positive, 10)
  .option('--steps <counts...>', 'denoising steps: 20 of DDPM, or fewer of DDIM', ['1', '4', '20'])
  .parse();
const { hz, seconds, steps } = program.opts<{ hz: number; seconds: number; steps: string[] }>();

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('expected a number above 0');
  return value;
}

function observe(): Float32Array {
  return random.normal(shapes.obsDim);
}

function both({ p50, p99 }: Spread): string[] {
  return [p50, p99].map(milliseconds);
}

/** Two actions of a chunk of four are executed, so that planning may take two ticks. */
async function row(name: string, planner: Planner, overlap = newest): Promise<string[]> {
  const pull = overlap.pull?.({ actions: [], delay: 0, ...shapes });
  // The first call compiles.
  for (let i = 0; i < 20; i++) await planner.act(observe(), pull);
  const controller = realTime(planner, { controlHz: hz, actSteps: 2, overlap });
  const used = process.cpuUsage();
  const metrics = await drive(controller, { observe, act: () => {} }, { ticks: Math.ceil(seconds * hz) });
  const { user, system } = process.cpuUsage(used);
  const busy = (user + system) / 1e6 / seconds;
  const { latency, jitter, misses, skipped, ticks } = metrics;
  return [
    name,
    ...both(latency),
    ...both(jitter),
    `${misses} + ${skipped} of ${ticks + skipped}`,
    `${(100 * busy).toFixed(0)} %`,
  ];
}

/** Both overlaps in this thread and in one of its own. */
async function rows(count: number): Promise<string[][]> {
  const { port1, port2 } = new MessageChannel();
  const workerData = { port: port1, steps: count };
  const entry = new URL('./real-time.worker.mjs', import.meta.url);
  const thread = new Worker(entry, {
    workerData,
    transferList: [port1],
    env: SHARE_ENV,
    execArgv: ['--conditions=@dppo/source'],
  });
  const [here, there] = [realTimePolicy(count), await plannerAt(port2)];
  const all: string[][] = [];
  for (const [where, planner] of [
    ['its thread', there],
    ['the same thread', here],
  ] as const) {
    all.push(
      await row(`${count}, ${where}`, planner),
      await row(`${count}, ${where}, chunking`, planner, chunking()),
    );
  }
  await thread.terminate();
  return all;
}

await useBackend('tensorflow');
const header = ['steps', 'p50 ms', 'p99 ms', 'jitter p50', 'jitter p99', 'missed + skipped', 'processor'];
const table: string[][] = [];
for (const count of steps) {
  process.stderr.write(`${count} steps …\n`);
  table.push(...(await rows(Number(count))));
}
const [{ model }] = cpus();
const load = loadavg()
  .map((each) => each.toFixed(1))
  .join(', ');
process.stdout.write(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${model.trim()}, Node ${process.version}, load ${load}, ${hz} Hz\n\n${markdown([header, ...table])}\n`,
);
