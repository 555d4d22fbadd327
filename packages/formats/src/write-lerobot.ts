import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  episodeColumns,
  episodeRow,
  info,
  ofMeasured,
  stepColumns,
  stepRows,
  taskColumns,
  taskIndex,
} from './lerobot-layout.ts';
import { runningStats } from './lerobot-stats.ts';
import { parquetTable } from './parquet-table.ts';
import { whole } from './whole.ts';
import { checkedEpisodes, type WrittenEpisodes } from './written-episodes.ts';

/** What LeRobot's data sets say beside the numbers. */
export interface LerobotOptions {
  /** Steps in a second, by which the time of each step is told. */
  readonly fps: number;
  /** What was to be done, in words. */
  readonly task: string;
}

const file = 'chunk-000/file-000.parquet';

/**
 * Writes episodes, one at a time in memory, as LeRobotDataset v3.0 stores them: `observation.state`, `action`, `next.reward`, `next.done`, true where an episode
 * ended or was cut, and `next.truncated`, true where it was cut; one that was both ended. Its statistics are without quantiles.
 *
 * @param folder - a new folder; it is there when all is written
 * @param source - the episodes; a `DemonstrationSource` is one
 * @throws Error naming the folder where it exists, where there are no episodes, or the episode whose numbers do not fit; RangeError
 * @see https://huggingface.co/docs/lerobot/lerobot-dataset-v3
 */
export async function writeLerobot(
  folder: string,
  source: WrittenEpisodes,
  { fps, task }: LerobotOptions,
): Promise<void> {
  if (!Number.isInteger(fps) || fps < 1)
    throw new RangeError(`writeLerobot: fps is ${fps}, wanted a whole number of at least 1`);
  await whole(folder, async (unfinished) => {
    const at = (name: string): string => join(unfinished, name);
    for (const part of ['data/chunk-000', 'meta/episodes/chunk-000'])
      await mkdir(at(part), { recursive: true });
    const [data, about] = [
      parquetTable(at(`data/${file}`), stepColumns(source)),
      parquetTable(at(`meta/episodes/${file}`), episodeColumns),
    ];
    const all = statsOf(source);
    const counts = { fps, episodes: 0, steps: 0 };
    for await (const [number, episode] of checkedEpisodes(folder, source)) {
      const { obs, actions, rewards } = episode;
      const single = statsOf(source);
      for (const stats of [all, single]) {
        stats['observation.state'].add(obs);
        stats.action.add(actions);
        stats['next.reward'].add(rewards);
      }
      const place = { number, first: counts.steps };
      data.add(stepRows(episode, source, { ...place, fps }));
      about.add(
        episodeRow(
          { ...place, length: rewards.length, task },
          ofMeasured((name) => single[name].stats()),
        ),
      );
      counts.episodes++;
      counts.steps += rewards.length;
    }
    data.finish();
    about.finish();
    const tasks = parquetTable(at('meta/tasks.parquet'), taskColumns, taskIndex);
    tasks.add({ task_index: [0n], task: [task] });
    tasks.finish();
    await writeJson(
      at('meta/stats.json'),
      ofMeasured((name) => all[name].stats()),
    );
    await writeJson(at('meta/info.json'), info(source, counts));
  });
}

function statsOf({ obsDim, actionDim }: WrittenEpisodes) {
  const dims = { 'observation.state': obsDim, action: actionDim, 'next.reward': 1 };
  return ofMeasured((name) => runningStats(dims[name]));
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, undefined, 4)}\n`);
}
