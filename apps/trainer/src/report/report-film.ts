import { basename } from 'node:path';

import { animatedGif } from '../pictures/picture-gif.ts';
import { watchEpisodes } from '../pictures/render-episodes.ts';
import type { PolicyFile } from '../policy/policy-file.ts';
import { isDrawable } from '../tasks/drawable.ts';
import { taskOf } from '../tasks/task-of.ts';
import { nameOf } from '../tasks/task-spec.ts';

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

/** Films an episode of a policy, such as the best one, without exploration; of a long one every second step, every third …; none of an environment that cannot be drawn. */
export async function filmed(which: string, policy: PolicyFile, seed: number): Promise<Film | undefined> {
  const { environment } = policy.spec;
  const env = await (await taskOf(environment)).make(0);
  if (!isDrawable(env)) return undefined;
  const [episode] = await watchEpisodes(policy, [env], seed, (robot) => robot.draw());
  const every = Math.ceil(episode.seen.length / mostFrames);
  const size = { width: 320, height: 240 };
  const drawings = episode.seen.filter((_, i) => i % every === 0);
  return {
    ...size,
    gif: animatedGif(drawings, { ...size, fps: 25 }),
    about: `${basename(nameOf(environment))}, ${which} policy, without exploration: ${episode.seen.length - 1} steps, return ${episode.return.toFixed(0)}`,
  };
}
