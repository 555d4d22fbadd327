import type { Group } from 'h5wasm';

import { whole } from './whole.ts';
import { checkedEpisodes, type WrittenEpisodes } from './written-episodes.ts';

/** What robomimic's files say beside the numbers. */
export interface RobomimicOptions {
  /** The environment that was acted in, as Gymnasium names it. */
  readonly environment?: string;
}

/** robomimic's number for environments of Gym. */
const GYM_TYPE = 2;

/**
 * Writes episodes, one at a time in memory, as robomimic stores those of Gym's environments: `data/demo_N` with `obs/flat`, `actions`, `rewards`, and `dones`, 1 where
 * an episode ended; beside them `timeouts`, 1 where it was cut.
 *
 * @param path - a new file (.hdf5); it is there when all is written
 * @param source - the episodes; a `DemonstrationSource` is one
 * @throws Error naming the file where it exists, where there are no episodes, or the episode whose numbers do not fit
 * @see https://robomimic.github.io/docs/datasets/overview.html
 */
export async function writeRobomimic(
  path: string,
  source: WrittenEpisodes,
  { environment = 'unknown' }: RobomimicOptions = {},
): Promise<void> {
  // Loaded where it is needed: it is ten times as large as all else here.
  const { default: h5wasm } = await import('h5wasm/node');
  const library = await h5wasm.ready;
  library.activate_throwing_error_handler();
  await whole(path, async (unfinished) => {
    const file = new h5wasm.File(unfinished, 'w');
    try {
      const data = file.create_group('data');
      let steps = 0;
      for await (const [number, { obs, actions, rewards, terminated, truncated }] of checkedEpisodes(
        path,
        source,
      )) {
        const rows = rewards.length;
        const demo = data.create_group(`demo_${number}`);
        const last = (value: boolean): BigInt64Array => {
          const flags = new BigInt64Array(rows);
          flags[rows - 1] = BigInt(value);
          return flags;
        };
        demo.create_attribute('num_samples', BigInt64Array.of(BigInt(rows)), []);
        demo.create_group('obs').create_dataset({ name: 'flat', data: obs, shape: [rows, source.obsDim] });
        demo.create_dataset({ name: 'actions', data: actions, shape: [rows, source.actionDim] });
        demo.create_dataset({ name: 'rewards', data: rewards, shape: [rows] });
        demo.create_dataset({ name: 'dones', data: last(terminated), shape: [rows] });
        demo.create_dataset({ name: 'timeouts', data: last(truncated), shape: [rows] });
        file.flush();
        steps += rows;
      }
      about(data, steps, environment);
    } finally {
      file.close();
    }
  });
}

/** What robomimic's programs read of the whole. */
function about(data: Group, steps: number, environment: string): void {
  data.create_attribute('total', BigInt64Array.of(BigInt(steps)), []);
  const env = { env_name: environment, type: GYM_TYPE, env_kwargs: {} };
  data.create_attribute('env_args', JSON.stringify(env));
}
