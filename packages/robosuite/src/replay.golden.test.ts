import { readdirSync } from 'node:fs';

import { findMujocoLibrary, mujocoLibrary, mujocoWasm } from '@dppo/mujoco';
import { goldenFiles, readGolden } from '@dppo/testing';
import { describe, expect, it } from 'vitest';

import { manipulation } from './manipulation.ts';
import type { Manipulation } from './manipulation.ts';
import type { Task } from './task.ts';
import { meshes } from '../test/meshes.ts';
import { goTo, taskOf } from '../test/recording.ts';
import type { Episode, Recorded, Recording } from '../test/recording.ts';

const own = new URL('../golden/', import.meta.url);
const files = process.env['DPPO_GOLDEN']
  ? goldenFiles('manipulation')
  : readdirSync(own)
      .filter((name) => name.endsWith('.json.gz'))
      .map((name) => ({ name: `manipulation/${name}`, url: new URL(name, own) }));
const engines = findMujocoLibrary() ? { wasm: mujocoWasm, library: mujocoLibrary } : { wasm: mujocoWasm };

const known = files.flatMap(({ name, url }) => {
  const recording = readGolden<Recording>(url);
  const task = recording && taskOf(recording);
  return recording && task ? [{ name, task, episodes: recording.episodes }] : [];
});

describe.each(known)('$name', ({ task, episodes }) => {
  for (const [engine, make] of Object.entries(engines)) {
    const start = async (): Promise<Manipulation> =>
      manipulation(task, { engine: await make(), files: meshes });
    const [grasping, free] = [true, false].map((isScripted) =>
      episodes
        .filter(({ kind }) => (kind === 'scripted') === isScripted)
        .map((episode) => ({ title: `${episode.kind} ${episode.seed} on ${engine}`, episode })),
    );

    it.for(free)('follows $title in open loop', async ({ episode }) => {
      follow(task, await start(), episode);
    });

    it.for(free.filter(({ episode }) => episode.kind !== 'translate'))(
      'takes single steps of $title',
      async ({ episode }) => {
        expect(Math.max(...singleSteps(await start(), episode))).toBeLessThan(1e-10);
      },
    );

    it.for(grasping)('takes single steps of $title', async ({ episode }) => {
      // Under grasp, a single mj_step from one state differs by up to 2e-5 between MuJoCo's own builds.
      const errors = singleSteps(await start(), episode);
      expect(quantile(errors, 0.5)).toBeLessThan(1e-6);
      expect(quantile(errors, 0.95)).toBeLessThan(1e-3);
      expect(quantile(errors, 1)).toBeLessThan(1e-2);
    });

    it.for(grasping)('ends $title as Python does', async ({ episode }) => {
      const made = await start();
      const { actions, states, success } = episode;
      goTo(made, episode, states[0]);
      const done = actions.map((action) => {
        made.control(action);
        return made.rules.success();
      });
      expect(Math.abs(done.indexOf(true) - success.findIndex(Boolean))).toBeLessThanOrEqual(1);
      expect(made.simulation.qpos).toBeAllclose(states.at(-1)?.qpos ?? [], { atol: 0.1, rtol: 0 });
    });
  }
});

/**
 * Steps after which WebAssembly may part. One of 11 episodes does, by 3·10⁻⁴: MuJoCo's compiler keeps the faces of a hull in another order
 * there, and of a finger that reaches the table it finds one contact, not two. The README has how that was found.
 */
const exact = 10;

function follow(task: Task, made: Manipulation, episode: Episode): void {
  const { actions, states, obs, reward, success } = episode;
  const observed = new Float64Array(made.obsSize);
  goTo(made, episode, states[0]);
  made.observe(observed);
  expectObserved(task, { observed, wanted: obs[0] }, { atol: 1e-10, rounded: 2e-6 });
  const errors = actions.map((action, t) => {
    made.control(action);
    expect(made.rules.success()).toBe(Boolean(success[t]));
    expect(Number(made.rules.success())).toBe(reward[t]);
    made.observe(observed);
    const tolerance = t < exact ? { atol: 1e-10, rounded: 2e-6 } : { atol: 1e-3, rounded: 1e-2 };
    expect(made.simulation.qpos).toBeAllclose(states[t + 1].qpos, { atol: tolerance.atol, rtol: 0 });
    expectObserved(task, { observed, wanted: obs[t + 1] }, tolerance);
    return off(made, states[t + 1]);
  });
  expect(quantile(errors, 0.5)).toBeLessThan(1e-10);
}

/** Where the quaternions and the positions stand that the original computes in float32. */
const inFloat32: Readonly<Record<string, readonly { at: number; isQuaternion: boolean }[]>> = {
  can: inHand(),
  square: inHand(),
  transport: [3, 10, 17].map((at) => ({ at: 18 + at, isQuaternion: true })),
};

function inHand(): { at: number; isQuaternion: boolean }[] {
  return [
    { at: 16, isQuaternion: false },
    { at: 19, isQuaternion: true },
  ];
}

function expectObserved(
  task: Task,
  { observed, wanted }: { observed: Float64Array; wanted: readonly number[] },
  { atol, rounded }: { atol: number; rounded: number },
): void {
  const rest = [...observed];
  for (const { at, isQuaternion } of inFloat32[task.name] ?? []) {
    const length = isQuaternion ? 4 : 3;
    const [ours, theirs] = [rest.slice(at, at + length), wanted.slice(at, at + length)];
    // A quaternion and its opposite are one rotation.
    const product = ours.reduce((sum, value, i) => sum + value * theirs[i], 0);
    const sign = isQuaternion && product < 0 ? -1 : 1;
    expect(ours.map((value) => sign * value)).toBeAllclose(theirs, { atol: rounded, rtol: 0 });
    rest.splice(at, length, ...theirs);
  }
  expect(rest).toBeAllclose(wanted, { atol, rtol: 0 });
}

/** By how much qpos is off after one step from each recorded state. */
function singleSteps(made: Manipulation, episode: Episode): number[] {
  return episode.actions.map((action, t) => {
    goTo(made, episode, episode.states[t]);
    made.control(action);
    return off(made, episode.states[t + 1]);
  });
}

function off({ simulation }: Manipulation, { qpos }: Recorded): number {
  return Math.max(...simulation.qpos.map((value, i) => Math.abs(value - qpos[i])));
}

/** The number that `share` of the others are below. */
function quantile(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(share * (numbers.length - 1))];
}
