import { avoid, demonstratedWays, demonstrator, type Way, ways as all } from '@dppo/avoid';
import { recordEpisodes, type RecordedEpisode, type Step, timeLimit } from '@dppo/env';

import { createRunFolder } from '../runs/open-folder.ts';
import type { DemonstrateOptions } from './demonstrate-options.ts';
import { type Demonstration, saveDemonstrations } from './demonstrations.ts';

/** Enough for every way; a policy has 100, and four of the 24 ways need more. */
const longest = 130;

/** `dppo demonstrate`: records the scripted demonstrator of avoid up to the finish, in the reference's format. */
export async function demonstrate(
  { ways, episodes: count, seed, outDir }: DemonstrateOptions,
  say: (line: string) => void,
): Promise<void> {
  const folder = await createRunFolder(outDir, 'demonstrate', { say });
  const chosen = ways === 'all' ? all : demonstratedWays[ways];
  const episodes = recorded(
    Array.from({ length: count }, (_, i) => chosen[i % chosen.length]),
    seed,
  );
  await saveDemonstrations(folder, episodes.map(demonstration), { obsDim: 4, actionDim: 2 });
  folder.close();
  const lengths = episodes.map(({ length }) => length);
  const steps = lengths.reduce((sum, length) => sum + length, 0);
  say(
    `wrote ${folder.dir}: ${count} episodes, ${Math.min(count, chosen.length)} ways, ${steps} steps, ` +
      `${Math.min(...lengths)} … ${Math.max(...lengths)} an episode`,
  );
}

/** One episode for each way, until the finish earns a reward. */
function recorded(ways: readonly Way[], seed: number): RecordedEpisode[] {
  const episodes: RecordedEpisode[] = [];
  const env = recordEpisodes(timeLimit(avoid(), longest), (episode) => episodes.push(episode));
  for (const [i, way] of ways.entries()) {
    const policy = demonstrator(way, seed + i);
    let step: Step = { obs: env.reset(), reward: 0, terminated: false, truncated: false };
    while (step.reward === 0 && !step.truncated) step = env.step(policy(step.obs));
  }
  env.reset(); // hands over the last one
  return episodes;
}

function demonstration({ observations, actions, rewards, terminated }: RecordedEpisode): Demonstration {
  return {
    // An action was chosen on the observation before it: the last one of an episode has none.
    obs: observations.slice(0, -1).flatMap((obs) => Array.from(obs)),
    actions: actions.flatMap((action) => Array.from(action)),
    rewards,
    terminal: terminated,
  };
}
