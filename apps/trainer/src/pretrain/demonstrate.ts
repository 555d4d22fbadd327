import { avoid, demonstratedWays, demonstrator, type Way, ways as all } from '@dppo/avoid';
import { childSeed, recordEpisodes, type RecordedEpisode, type Step, timeLimit } from '@dppo/env';

import { machineOf } from '../runs/machine.ts';
import { untilStopped } from '../runs/stoppable.ts';
import type { DemonstrateOptions } from './demonstrate-options.ts';
import { type Demonstration, demonstrationsOf } from './demonstrations.ts';
import { openRecording, record } from './recording.ts';

/** Enough for every way; a policy has 100, and four of the 24 ways need more. */
const longest = 130;

/** Episodes that are kept at once. */
const PART = 100;

/** `dppo demonstrate`: records the scripted demonstrator of avoid up to the finish, in the reference's format. */
export async function demonstrate(options: DemonstrateOptions, say: (line: string) => void): Promise<void> {
  const { ways, episodes: count, seed } = options;
  const chosen = ways === 'all' ? all : demonstratedWays[ways];
  const folder = await openRecording('demonstrate', options, machineOf('none'), say);
  if (folder === undefined) return;
  await untilStopped({ command: 'demonstrate', folder }, say, async (signal) => {
    const part = async (index: number) => {
      signal.throwIfAborted();
      const first = index * PART;
      if (first >= count) return undefined;
      const numbers = Array.from({ length: Math.min(PART, count - first) }, (_, i) => first + i);
      const episodes = recorded(
        numbers.map((i) => ({ way: chosen[i % chosen.length], seed: childSeed(seed, 'demonstrate', i) })),
      );
      return demonstrationsOf(episodes.map(demonstration), { obsDim: 4, actionDim: 2 });
    };
    const { lengths } = await record(folder, { part, episodes: () => count, environment: 'avoid' }, options);
    const sorted = lengths.toSorted((a, b) => a - b);
    const what =
      `${count} episodes, ${Math.min(count, chosen.length)} ways, ${lengths.reduce((sum, length) => sum + length, 0)} steps, ` +
      `${sorted[0]} … ${sorted.at(-1)} an episode`;
    say(`wrote ${folder.dir}: ${what}`);
    return what;
  });
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
