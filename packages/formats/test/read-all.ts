import type { DemonstrationSource, Episode, ReadOptions } from '../src/demonstration-source.ts';
import { openDemonstrations } from '../src/open-demonstrations.ts';

/** Demonstrations with all of their episodes. */
export async function readAll(
  path: string,
  options: ReadOptions = {},
): Promise<Omit<DemonstrationSource, 'episodes'> & { readonly episodes: readonly Episode[] }> {
  const source = await openDemonstrations(path, options);
  try {
    const episodes: Episode[] = [];
    for await (const episode of source.episodes()) episodes.push(episode);
    return { ...source, episodes };
  } finally {
    source.close();
  }
}
