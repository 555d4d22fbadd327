import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { readNpz } from '@dppo/data';
import { pcg64 } from '@dppo/env';
import { goldenFiles, readGolden } from '@dppo/testing';
import { describe, expect, it } from 'vitest';

import { coverage } from './coverage.ts';
import { follow } from './follow.ts';
import { poseOf } from './motion.ts';
import { enough } from './pusht.ts';
import { drawnStart } from './start.ts';
import { corners } from './tee.ts';
import { world } from './world.ts';
import { observed } from '../test/observed.ts';

/** An episode of gym-pusht in float64. */
interface Recorded {
  readonly kind: string;
  /** of `reset` */
  readonly seed: number;
  /** what `reset` gave: disc x, y, block x, y, its angle in [0, 2π) */
  readonly start: readonly number[];
  /** the five numbers that `reset` drew */
  readonly drawn?: readonly number[];
  /** [T, 2] */
  readonly actions: readonly (readonly number[])[];
  /** [T, 5] */
  readonly obs: readonly (readonly number[])[];
  /** [T] */
  readonly reward: readonly number[];
  /** [T] */
  readonly coverage: readonly number[];
  /** [T] */
  readonly terminated: readonly boolean[];
  /** rows of a step and what it led to [1 + 16] */
  readonly keypoints: readonly (readonly number[])[];
}

interface Recording {
  readonly meta: { readonly gym_pusht?: string };
  readonly episodes?: readonly Recorded[];
  /** rows of disc x, y, block x, y, angle, coverage */
  readonly coverage_of_state?: readonly (readonly number[])[];
}

const own = new URL('../golden/', import.meta.url);
const files = process.env['DPPO_GOLDEN']
  ? goldenFiles('manipulation')
  : readdirSync(own)
      .filter((name) => name.startsWith('pusht_excerpt'))
      .map((name) => ({ name: `manipulation/${name}`, url: new URL(name, own) }));
const recordings = files.flatMap(({ name, url }) => {
  const recording = readGolden<Recording>(url);
  return recording?.meta.gym_pusht === undefined ? [] : [[name, recording] as const];
});

/** Steps before the block first touches a wall: from there on it may be squeezed, and rounding grows. */
function untilWall({ kind, obs }: Recorded): number {
  if (kind === 'random') return obs.length;
  const touched = obs.findIndex(([, , x, y, angle]) =>
    corners({ x, y, angle }).some((value) => value < 8 || value > 503),
  );
  return touched < 0 ? obs.length : touched;
}

describe.each(recordings)('%s', (_, { episodes = [], coverage_of_state: poses = [] }) => {
  const titled = episodes.map((episode) => [episode.kind, episode.seed, episode] as const);

  it.each(titled)('starts %s of seed %d as it was drawn', (__, seed, { start, drawn }) => {
    expect(observed(drawnStart(pcg64(seed)))).toBeAllclose(start, { atol: 1e-7, rtol: 0 });
    if (drawn === undefined) return;
    const { integer, random } = pcg64(seed);
    const numbers = [integer(50, 450), integer(50, 450), integer(100, 400), integer(100, 400)];
    expect([...numbers, -Math.PI + 2 * Math.PI * random()]).toEqual(drawn);
  });

  it.each(titled)('follows %s of seed %d', (__, seed, episode) => {
    const scene = drawnStart(pcg64(seed));
    const until = untilWall(episode);
    expect(until).toBeGreaterThan(0);
    for (const [t, [x, y]] of episode.actions.slice(0, until).entries()) {
      follow(scene, x, y);
      expect(observed(scene)).toBeAllclose(episode.obs[t], { atol: 1e-5, rtol: 0 });
      const found = coverage(poseOf(scene.block));
      // 10⁻⁵ px are at most 10⁻⁶ of the goal.
      const tolerance = { atol: 1e-6, rtol: 0 };
      expect([found, Math.min(found / enough, 1)]).toBeAllclose(
        [episode.coverage[t], episode.reward[t]],
        tolerance,
      );
      expect(found > enough).toBe(episode.terminated[t]);
    }
  });

  it.each(titled)('shows the corners of %s of seed %d', (__, ___, { obs, keypoints }) => {
    for (const [t, ...points] of keypoints) {
      const [, , x, y, angle] = obs[t];
      expect(corners({ x, y, angle })).toBeAllclose(points, { atol: 1e-9, rtol: 0 });
    }
  });

  it.skipIf(poses.length === 0)('covers what was covered', () => {
    const found = poses.map(([, , x, y, angle]) => coverage({ x, y, angle }));
    expect(found).toBeAllclose(
      poses.map((row) => row[5]),
      { atol: 1e-9, rtol: 0 },
    );
  });
});

const [human] = goldenFiles('manipulation', /^pusht_human_demos\.npz$/);

it.skipIf(human === undefined)('ends human episodes where pymunk ends them', async () => {
  const { state, action, episode_ends: episodeEnds } = await readNpz(fileURLToPath(human.url));
  const [states, actions, ends] = [state, action, episodeEnds].map(({ data }) => Array.from(data, Number));
  const recorded = readGolden<{ ends: readonly (readonly number[])[] }>(
    new URL('pusht_human_ends.json.gz', own),
  );
  let begin = 0;
  const errors = ends.map((end, episode) => {
    const [x, y, blockX, blockY, angle] = states.slice(5 * begin, 5 * begin + 5);
    const scene = world(x, y, { x: blockX, y: blockY, angle });
    for (; begin < end; begin++) follow(scene, actions[2 * begin], actions[2 * begin + 1]);
    const { agent, block } = scene;
    const pose = poseOf(block);
    const found = [agent.x, agent.y, pose.x, pose.y, pose.angle];
    const wanted = recorded?.ends[episode] ?? [];
    return Math.max(...found.map((value, i) => Math.abs(value - wanted[i])));
  });
  expect(errors).toHaveLength(206);
  // A block that is squeezed between disc and wall makes rounding grow: in one episode to 4·10⁻⁴ px.
  expect(Math.max(...errors)).toBeLessThan(1e-3);
  expect(errors.filter((error) => error < 1e-5).length).toBeGreaterThanOrEqual(204);
});
