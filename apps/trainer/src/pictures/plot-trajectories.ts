import { type ActingSteps, type PolicyFile, readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';

import { startBackend } from '../backend.ts';
import { acting } from '../policy/acting-spec.ts';
import { describeMachine, machineOf } from '../runs/machine.ts';
import { refuseExisting } from '../runs/refuse-existing.ts';
import { writtenOut } from '../runs/written-out.ts';
import { taskOf } from '../tasks/task-of.ts';
import { nameOf } from '../tasks/task-place.ts';
import { namedTask, taskNames } from '../tasks/tasks.ts';
import type { TrajectoryOptions } from './plot-trajectories-options.ts';
import { watchEpisodes } from './render-episodes.ts';
import { trajectoryPlot } from './trajectory-plot.ts';

/** `dppo plot-trajectories`: where things go under a policy before and after fine-tuning, without exploration, side by side. */
export async function plotTrajectories(
  options: TrajectoryOptions,
  say: (line: string) => void,
): Promise<void> {
  const { before, after, out, episodes, backend, seed } = options;
  refuseExisting(out, '--out');
  say(await startBackend(backend));
  const first = await readActing(before, options);
  const name = nameOf(first.spec.task);
  const { make, scene } = await taskOf(first.spec.task);
  if (scene === undefined) throw new Error(`policy ${before}: for ${name}, wanted one for ${drawnTasks()}`);
  const files = [{ name: 'before', file: first }];
  if (after !== undefined) files.push({ name: 'after', file: await readActing(after, options) });
  for (const { file } of files) {
    const own = nameOf(file.spec.task);
    if (own !== name) throw new Error(`policy ${after}: for ${own}, wanted one for ${name} as ${before} is`);
  }
  const panels = [];
  for (const { name: panel, file } of files) {
    const envs = await Promise.all(Array.from({ length: episodes }, (_, i) => make(i)));
    const watched = await watchEpisodes(file, envs, seed, (_, obs) => obs);
    panels.push({ name: panel, episodes: watched.map(({ seen }) => seen) });
  }
  const machine = describeMachine(machineOf(tf.getBackend()));
  const day = new Date().toISOString().slice(0, 10);
  const picture = await trajectoryPlot(await scene(), panels, [
    `${name}, seed ${seed}`,
    `${machine} · ${day}`,
  ]);
  await writtenOut(out, () => picture);
  say(`wrote ${out}`);
}

async function readActing(path: string, steps: ActingSteps): Promise<PolicyFile> {
  return acting(await readPolicy(path), steps);
}

/** Names of the tasks whose trajectories can be drawn. */
function drawnTasks(): string {
  return taskNames.filter((name) => namedTask(name).scene !== undefined).join(' or ');
}
