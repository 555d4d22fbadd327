import { basename } from 'node:path';

import type { Drawable, Env } from '@dppo/env';
import type { PolicyFile } from '@dppo/policy';

import { animatedGif } from '../pictures/picture-gif.ts';
import { watchEpisodes } from '../pictures/render-episodes.ts';
import { isDrawable } from '../tasks/drawable.ts';
import { taskOf } from '../tasks/task-of.ts';
import { nameOf } from '../tasks/task-place.ts';

/** An episode as a picture for a page. */
export interface Film {
  /** animated, image/gif */
  readonly gif: Uint8Array;
  /** pixels */
  readonly width: number;
  readonly height: number;
  readonly about: string;
}

/** Frames of the longest film: some hundred kilobytes, and eight seconds. */
const mostFrames = 200;

/** How many episodes are played for one that is typical of a policy. */
const played = 9;

/** The environments that are played in; made once, as a simulator's memory is never given back. */
export type Stage = readonly (Env & Drawable)[];

/** An empty stage where the environment cannot be drawn. */
export async function stageFor({ spec }: PolicyFile): Promise<Stage> {
  if (spec.task.kind === 'gymnasium') return [];
  const task = await taskOf(spec.task);
  const envs = await Promise.all(Array.from({ length: played }, async (_, i) => task.make(i)));
  return envs.filter(isDrawable);
}

/** An empty stage also where the policy names a program: a folder from elsewhere is reported on without running any. */
export async function stageWithoutPrograms(policy: PolicyFile): Promise<Stage> {
  return policy.spec.task.kind === 'module' ? [] : stageFor(policy);
}

/**
 * Films the episode with the median return of nine, without exploration; of a long one every second step, every third …; none on
 * an empty stage. They are played twice, as the drawings of all nine would take much memory.
 */
export async function filmed(
  which: string,
  policy: PolicyFile,
  seed: number,
  stage: Stage,
): Promise<Film | undefined> {
  if (stage.length === 0) return undefined;
  const episodes = await watchEpisodes(policy, stage, seed, () => undefined);
  const ranked = [...episodes.keys()].toSorted((a, b) => episodes[a].return - episodes[b].return);
  const median = ranked[Math.floor(stage.length / 2)];
  const again = await watchEpisodes(policy, stage, seed, (env) =>
    env === stage[median] ? [env.draw()] : [],
  );
  const { seen, return: sum } = again[median];
  const every = Math.ceil(seen.length / mostFrames);
  const size = { width: 320, height: 240 };
  const drawings = seen.filter((_, i) => i % every === 0).flat();
  return {
    ...size,
    gif: animatedGif(drawings, { ...size, fps: 25 }),
    about:
      `${basename(nameOf(policy.spec.task))}, ${which} policy, without exploration: ` +
      `median of ${stage.length} episodes, return ${sum.toFixed(0)}, ${seen.length - 1} steps`,
  };
}
