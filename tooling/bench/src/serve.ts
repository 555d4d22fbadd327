// Measures phases on request, so that a driver can interleave several of these programs. The argument holds what differs from the
// preset, as JSON (Sizes in job.ts). One JSON value a line: first what there is, { about, phases }; then for each name
// read, { wall, cpu, rss }.
import { createInterface } from 'node:readline';

import { useBackend } from '@dppo/engine';

import { collectPhases } from './collect-phases.ts';
import { environmentPhases } from './environment-phases.ts';
import { flowPhases } from './flow-phases.ts';
import { hopperPreset } from './hopper-preset.ts';
import type { Sizes } from './job.ts';
import type { Measured, Run } from './phase.ts';
import { updatePhases } from './update-phases.ts';

// A measurement is the mean of the runs that begin within this time.
const seconds = 0.5;

const { name: backend } = await useBackend('tensorflow');
const sizes: Sizes = JSON.parse(process.argv[2] ?? '{}');
const preset = hopperPreset(sizes);
const all = [
  ...collectPhases(preset),
  ...updatePhases(preset),
  ...environmentPhases(preset),
  ...flowPhases(sizes),
];
const prepared = new Map<string, Run>();

async function measure(name: string): Promise<Measured> {
  const phase = all.find((each) => each.name === name);
  if (!phase) throw new RangeError(`no phase called ${name}`);
  const run = prepared.get(name) ?? (await phase.prepare());
  prepared.set(name, run);
  const [start, used] = [performance.now(), process.cpuUsage()];
  let runs = 0;
  let wall = 0;
  for (; wall < seconds; runs++) {
    await run();
    wall = (performance.now() - start) / 1000;
  }
  const { user, system } = process.cpuUsage(used);
  return {
    wall: wall / runs,
    cpu: (user + system) / 1e6 / runs,
    rss: process.resourceUsage().maxRSS * 1024,
  };
}

function answer(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

answer({
  about: `@dppo on ${backend}, Node ${process.version}`,
  phases: all.map(({ name, flops, makes }) => ({ name, flops, makes })),
});
for await (const name of createInterface({ input: process.stdin })) answer(await measure(name));
