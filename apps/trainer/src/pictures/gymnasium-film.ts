import { compiled, evaluate } from '@dppo/agent';
import { compile } from '@dppo/engine';
import type { RgbPicture } from '@dppo/gymnasium';
import { type PolicyFile, policyOf } from '@dppo/policy';

import { drawnGymnasium } from '../tasks/gymnasium-task.ts';
import type { Size } from './picture.ts';
import type { WatchedEpisode } from './render-episodes.ts';
import { shrunk } from './shrunk.ts';

/** One whole episode of a policy without exploration in an environment of Gymnasium, as it draws itself, within `size`. */
export async function watchGymnasium(
  id: string,
  file: PolicyFile,
  seed: number,
  size: Size,
): Promise<WatchedEpisode<RgbPicture>> {
  const env = await drawnGymnasium(id, file.spec);
  const seen: RgbPicture[] = [];
  // After each call, so that no more than those of a chunk are there in full.
  const look = async (): Promise<void> => {
    for (const picture of await env.pictures()) seen.push(shrunk(picture, size));
  };
  const watched = {
    ...env,
    reset: async (seeds?: number | readonly number[]) => {
      const obs = await env.reset(seeds);
      await look();
      return obs;
    },
    step: async (actions: Float32Array) => {
      const step = await env.step(actions);
      await look();
      return step;
    },
  };
  try {
    const [episode] = await evaluate(compiled(policyOf(file), compile), file.params, watched, { seed });
    return { return: episode.return, seen: seen.slice(0, episode.length + 1) };
  } finally {
    await env.close();
  }
}
