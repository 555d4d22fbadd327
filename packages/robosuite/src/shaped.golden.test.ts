import { findMujocoLibrary, mujocoLibrary, mujocoWasm } from '@dppo/mujoco';
import type { Simulation } from '@dppo/mujoco';
import { readGolden } from '@dppo/testing';
import { describe, expect, it } from 'vitest';

import { canTask } from './can.ts';
import { liftTask } from './lift.ts';
import { manipulation } from './manipulation.ts';
import { squareTask } from './square.ts';
import { meshes } from '../test/meshes.ts';

/** What the last substep of a step saw, and what the step was worth. */
interface Row {
  /** arm, fingers and object [16] */
  readonly qpos: readonly number[];
  /** height of the highest of what was put away, m */
  readonly highest: number | null;
  readonly reward: number;
  readonly success: boolean;
}

interface Recording {
  readonly tasks: {
    readonly lift: { readonly steps: readonly Row[]; readonly half_sizes: readonly number[] };
    readonly can: { readonly steps: readonly Row[] };
    readonly square: { readonly steps: readonly Row[] };
  };
}

const { lift, can, square } =
  readGolden<Recording>(new URL('../golden/shaped.json.gz', import.meta.url))?.tasks ?? {};
const engines = findMujocoLibrary() ? { wasm: mujocoWasm, library: mujocoLibrary } : { wasm: mujocoWasm };
const tasks = [
  // Grasped is worth 0.25/2.25 more than near.
  { task: liftTask(lift?.half_sizes ?? []), steps: lift?.steps ?? [], free: ['cube'], phases: [0, 0.45, 1] },
  // Reaching, grasped and lifted, hovering.
  {
    task: canTask('full'),
    steps: can?.steps ?? [],
    free: ['Can', 'Milk', 'Bread', 'Cereal'],
    phases: [0, 0.35, 0.5, 1],
  },
  {
    task: squareTask('full'),
    steps: square?.steps ?? [],
    free: ['SquareNut', 'RoundNut'],
    phases: [0, 0.35, 0.5, 1],
  },
];

describe.each(Object.entries(engines))('on %s', (_, make) => {
  it.each(tasks)("$task.name is shaped as Python's", async ({ task, steps, free }) => {
    const { simulation, rules } = manipulation(task, { engine: await make(), files: meshes });
    const found = steps.map((row) => {
      simulation.reset(placed(simulation, free, row));
      return { reward: rules.shaped(), success: rules.success() };
    });
    const rewards = steps.map(({ reward }) => reward);
    expect(found.map(({ reward }) => reward)).toBeAllclose(rewards, { atol: 1e-9, rtol: 0 });
    expect(found.map(({ success }) => success)).toEqual(steps.map(({ success }) => success));
  });
});

it.each(tasks)('$task.name was recorded in each phase, and with success', ({ steps, phases }) => {
  for (const [i, from] of phases.slice(0, -1).entries()) {
    const inPhase = steps.filter(({ reward }) => reward > from && reward < phases[i + 1]);
    expect(inPhase.length).toBeGreaterThan(10);
  }
  expect(steps.filter(({ success }) => success).length).toBeGreaterThan(10);
});

/** Positions of a row: its object is the first of `free`, the others were put away. */
function placed(simulation: Simulation, free: readonly string[], { qpos, highest }: Row): Float64Array {
  const all = simulation.qpos.slice().fill(0);
  all.set(qpos.slice(0, 9));
  for (const [i, name] of free.entries()) {
    const at = simulation.model.jnt_qposadr[simulation.id('joint', `${name}_joint0`)];
    all.set(i === 0 ? qpos.slice(9) : [10, 10 * i, highest ?? Number.NaN, 1, 0, 0, 0], at);
  }
  return all;
}
