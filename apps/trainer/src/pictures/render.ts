import { type PolicyFile, readPolicy } from '@dppo/policy';

import { startBackend } from '../backend.ts';
import { acting } from '../policy/acting-spec.ts';
import { refuseExisting } from '../runs/refuse-existing.ts';
import { writtenOut } from '../runs/written-out.ts';
import { cutAt } from '../tasks/environment.ts';
import { taskOf } from '../tasks/task-of.ts';
import { nameOf } from '../tasks/task-place.ts';
import { visible } from '../tasks/visible.ts';
import { watchGymnasium } from './gymnasium-film.ts';
import { checkCamera, gifOf, look } from './look.ts';
import { filmGif } from './picture-gif.ts';
import { watchEpisodes } from './render-episodes.ts';
import type { RenderOptions } from './render-options.ts';

/** `dppo render`: an episode of a policy, without exploration, as an animated GIF with a frame for each environment step. */
export async function render(options: RenderOptions, say: (line: string) => void): Promise<void> {
  const { out } = options;
  refuseExisting(out, '--out');
  say(await startBackend(options.backend));
  const file = acting(await readPolicy(options.policy), options);
  const spec = cutAt(file.spec, options.maxSteps);
  const began = performance.now();
  const { episode, painted } = await filmed({ ...file, spec }, options);
  const played = performance.now();
  const picture = painted();
  const drawn = performance.now();
  await writtenOut(out, () => Buffer.from(picture));

  const frames = episode.seen.length;
  const [painting, all] = [drawn - played, drawn - began].map((ms) => ((1000 * frames) / ms).toFixed(0));
  say(
    `wrote ${out}: ${frames} frames, ${(picture.length / 1000).toFixed(0)} kB, return ${episode.return.toFixed(0)}; ` +
      `${painting} frames/s to paint, ${all} with the episode itself`,
  );
}

/** An episode, and what makes a film of it. */
async function filmed(file: PolicyFile, { seed, ...playback }: RenderOptions) {
  const { task } = file.spec;
  if (task.kind === 'gymnasium') {
    const episode = await watchGymnasium(task.id, file, seed, playback);
    return { episode, painted: () => filmGif(episode.seen, playback.fps) };
  }
  const env = visible(await (await taskOf(task)).make(0), nameOf(task));
  checkCamera(env, playback);
  const [episode] = await watchEpisodes(file, [env], seed, (robot) => look(robot, playback));
  return { episode, painted: () => gifOf(episode.seen, playback) };
}
