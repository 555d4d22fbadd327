import { basename } from 'node:path';

import type { PolicyFile } from '@dppo/policy';

import { gifOf, look } from '../pictures/look.ts';
import { watchEpisodes } from '../pictures/render-episodes.ts';
import { taskOf } from '../tasks/task-of.ts';
import { nameOf } from '../tasks/task-place.ts';
import { isVisible, type Visible } from '../tasks/visible.ts';

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
export type Stage = readonly Visible[];

/** An empty stage where the environment cannot be seen. */
export async function stageFor({ spec }: PolicyFile): Promise<Stage> {
  if (spec.task.kind === 'gymnasium') return [];
  const task = await taskOf(spec.task);
  const envs = await Promise.all(Array.from({ length: played }, async (_, i) => task.make(i)));
  return envs.filter(isVisible);
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
  const { length } = episodes[median].seen;
  const every = Math.ceil(length / mostFrames);
  const size = { width: 320, height: 240 };
  let moment = 0;
  const again = await watchEpisodes(policy, stage, seed, (env) =>
    env === stage[median] && moment < length && moment++ % every === 0 ? [look(env, size)] : [],
  );
  const { seen, return: sum } = again[median];
  return {
    ...size,
    gif: gifOf(seen.flat(), { ...size, fps: 25 }),
    about:
      `${basename(nameOf(policy.spec.task))}, ${which} policy, without exploration: ` +
      `median of ${stage.length} episodes, return ${sum.toFixed(0)}, ${length - 1} steps`,
  };
}
