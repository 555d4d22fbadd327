import { avoid, demonstratedWays, demonstrator, type Way, ways as all } from '@dppo/avoid';
import { childSeed, recordEpisodes, type RecordedEpisode, type Step, timeLimit } from '@dppo/env';

import type { Demonstration } from './demonstrations.ts';
import type { Demonstrators } from './demonstrators.ts';

/** Which ways through the obstacles are taken. */
export type Ways = keyof typeof demonstratedWays | 'all';

/** Enough for every way; a policy has 100, and four of the 24 ways need more. */
const longest = 130;

/** Episodes that are kept at once. */
const PART = 100;

/** The demonstrator of avoid, up to the finish, on each of its ways in turn. */
export function avoidDemonstrators({
  ways = 'm1',
  episodes,
  seed,
}: {
  readonly ways?: Ways | undefined;
  readonly episodes: number;
  readonly seed: number;
}): Demonstrators {
  const chosen = ways === 'all' ? all : demonstratedWays[ways];
  const count = Math.min(PART, episodes);
  return {
    obsDim: 4,
    actionDim: 2,
    count,
    about: `${Math.min(episodes, chosen.length)} ways`,
    play: async (first) =>
      recorded(
        Array.from({ length: count }, (_, i) => ({
          way: chosen[(first + i) % chosen.length],
          seed: childSeed(seed, 'demonstrate', first + i),
        })),
      ).map(demonstration),
    close: async () => {},
  };
}

/** One episode for each way, until the finish earns a reward. */
function recorded(ways: readonly { readonly way: Way; readonly seed: number }[]): RecordedEpisode[] {
  const episodes: RecordedEpisode[] = [];
  const env = recordEpisodes(timeLimit(avoid(), longest), (episode) => episodes.push(episode));
  for (const { way, seed } of ways) {
    const policy = demonstrator(way, seed);
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
