import { episodeOf } from './columns.ts';
import type { DemonstrationSource, Episode } from './demonstration-source.ts';

/** What is written: episodes, and the sizes that each of them has. A `DemonstrationSource` is one. */
export type WrittenEpisodes = Pick<DemonstrationSource, 'obsDim' | 'actionDim' | 'episodes'>;

/**
 * The episodes one after another, each with its number, checked before it is written.
 *
 * @throws Error that begins with `path` where there is none, or one has rows of other sizes, of other counts or of numbers that are not finite
 */
export async function* checkedEpisodes(
  path: string,
  { obsDim, actionDim, episodes }: WrittenEpisodes,
): AsyncGenerator<readonly [number: number, episode: Episode]> {
  let number = 0;
  for await (const { obs, actions, rewards, ...ends } of episodes()) {
    const columns = {
      obs: [{ name: 'obs', data: obs, dim: obsDim }],
      actions: { name: 'actions', data: actions, dim: actionDim },
      rewards: { name: 'rewards', data: rewards, dim: 1 },
    };
    yield [number, episodeOf(`${path}: episode ${number}`, columns, ends)];
    number++;
  }
  if (number === 0) throw new Error(`${path}: found no episodes to write, wanted at least 1`);
}
