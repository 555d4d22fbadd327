import { readdirSync } from 'node:fs';

import { goldenFiles, readGolden } from '@dppo/testing';
import { describe, expect, it } from 'vitest';

import { antTask } from './ant.ts';
import { halfCheetahTask } from './half-cheetah.ts';
import { hopperTask } from './hopper.ts';
import type { Version } from './locomotion.ts';
import type { Task } from './mujoco-env.ts';
import { mujocoLibrary } from './native.ts';
import { findMujocoLibrary } from './provision.ts';
import type { Simulation } from './simulation.ts';
import { replay, start } from '../test/replay.ts';
import type { Trajectory } from '../test/replay.ts';
import { walker2dTask } from './walker2d.ts';
import { mujocoWasm } from './wasm.ts';

/** Full states (mjSTATE_INTEGRATION) before and after a step. */
type Pair = readonly [before: readonly number[], after: readonly number[]];

const robots: Record<string, (version: Version) => Task> = {
  hopper: hopperTask,
  walker2d: walker2dTask,
  halfcheetah: () => halfCheetahTask,
  ant: antTask,
};
// The rules and dynamics of v3 are those of v2.
const versions: Record<string, Version> = { v2: 'v2', v3: 'v2', v4: 'v4', v5: 'v5' };

/** The task of a key such as 'Hopper-v4'; a key without version is of v5. */
function taskOf(key: string): Task | undefined {
  const [robot, version = 'v5'] = key.toLowerCase().split('-');
  return robot in robots && version in versions ? robots[robot](versions[version]) : undefined;
}

const own = new URL('../golden/', import.meta.url);
const files = process.env['DPPO_GOLDEN']
  ? goldenFiles('mujoco')
  : readdirSync(own)
      .filter((name) => name.endsWith('.json.gz'))
      .map((name) => ({ name: `mujoco/${name}`, url: new URL(name, own) }));
const engines = findMujocoLibrary() ? { wasm: mujocoWasm, library: mujocoLibrary } : { wasm: mujocoWasm };

describe.each(files.map(({ name, url }) => [name, url] as const))('%s', (_file, url) => {
  const recording = Object.entries(readGolden<Record<string, readonly (Trajectory | Pair)[]>>(url) ?? {});
  const lists = recording.filter(([, entries]) => Array.isArray(entries));

  it.for(lists.filter(([key]) => !taskOf(key)))('knows %s', ([key], { skip }) => {
    skip(`${key} is not one of ${Object.keys(robots).join(', ')}`);
  });

  const known = lists.flatMap(([key, entries]) => {
    const task = taskOf(key);
    return task ? [{ key, task, entries }] : [];
  });
  describe.each(Object.entries(engines))('%s', (_engine, engine) => {
    for (const robot of known) {
      testRobot(robot, async () => (await engine()).simulate(robot.task.model));
    }
  });
});

interface Robot {
  readonly key: string;
  readonly task: Task;
  readonly entries: readonly (Trajectory | Pair)[];
}

function testRobot({ key, task, entries }: Robot, simulate: () => Promise<Simulation>): void {
  const trajectories = entries.filter((entry): entry is Trajectory => 'A' in entry);
  const pairs = entries.filter((entry): entry is Pair => Array.isArray(entry));
  const titled = trajectories.map((trajectory, i) => ({
    title: trajectory.seed === undefined ? `${key}, trajectory ${i}` : `${key}, seed ${trajectory.seed}`,
    trajectory,
  }));

  it.for(titled)('starts as $title', async ({ trajectory }, { skip }) => {
    start(task, await simulate(), trajectory, skip);
  });

  it.for(titled)('follows $title', async ({ trajectory }, { skip }) => {
    replay(task, await simulate(), trajectory, skip);
  });

  it.for(pairs.length === 0 ? [] : [{ pairs }])(
    `takes single steps of ${key} from a full state`,
    async (_, { skip }) => {
      const simulation = await simulate();
      const { length } = simulation.state();
      for (const [before, after] of pairs) {
        if (before.length !== length)
          skip(`states have ${before.length} numbers, those of this MuJoCo ${length}`);
        simulation.setState(before);
        // [time, qpos, qvel, warm start (as qvel), ctrl, …]
        const ctrl = 1 + simulation.qpos.length + 2 * simulation.qvel.length;
        simulation.step(before.slice(ctrl, ctrl + simulation.controls), task.frameSkip);
        expect(simulation.state()).toBeAllclose(after, { atol: 1e-10, rtol: 1e-10 });
      }
    },
  );
}
