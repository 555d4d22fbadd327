import { avoid } from '@dppo/avoid';
import { type ActingSteps, type PolicyFile, readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { startBackend } from '../backend.ts';
import { acting } from '../policy/acting-spec.ts';
import { describeMachine, machineOf } from '../runs/machine.ts';
import { refuseExisting } from '../runs/refuse-existing.ts';
import { writtenOut } from '../runs/written-out.ts';
import { nameOf } from '../tasks/task-place.ts';
import type { TrajectoryOptions } from './plot-trajectories-options.ts';
import { watchEpisodes } from './render-episodes.ts';
import { type Trajectory, trajectoryPlot } from './trajectory-plot.ts';

/** `dppo plot-trajectories`: where a policy for avoid goes before and after fine-tuning, without exploration, side by side. */
export async function plotTrajectories(
  options: TrajectoryOptions,
  say: (line: string) => void,
): Promise<void> {
  const { before, after, out, episodes, backend, seed } = options;
  refuseExisting(out, '--out');
  say(await startBackend(backend));
  const files = [{ name: 'before', file: await readAvoidPolicy(before, options) }];
  if (after !== undefined) files.push({ name: 'after', file: await readAvoidPolicy(after, options) });
  const panels = [];
  for (const { name, file } of files) {
    panels.push({ name, trajectories: await trajectoriesOf(file, episodes, seed) });
  }
  const machine = describeMachine(machineOf(tf.getBackend()));
  const day = new Date().toISOString().slice(0, 10);
  const picture = await trajectoryPlot(panels, [`avoid, seed ${seed}`, `${machine} · ${day}`]);
  await writtenOut(out, () => picture);
  say(`wrote ${out}`);
}

async function readAvoidPolicy(path: string, steps: ActingSteps): Promise<PolicyFile> {
  const file = acting(await readPolicy(path), steps);
  const task = nameOf(file.spec.task);
  if (task !== 'avoid') throw new Error(`policy ${path}: for ${task}, wanted one for avoid`);
  return file;
}

async function trajectoriesOf(file: PolicyFile, episodes: number, seed: number): Promise<Trajectory[]> {
  const envs = Array.from({ length: episodes }, () => avoid());
  const watched = await watchEpisodes(file, envs, seed, (_, [, , x, y]) => ({ x, y }));
  return watched.map(({ seen }) => seen);
}
