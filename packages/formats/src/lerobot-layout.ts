import type { Episode } from './demonstration-source.ts';
import type { Stats } from './lerobot-stats.ts';
import type { ParquetColumn, ParquetRows } from './parquet-table.ts';
import type { WrittenEpisodes } from './written-episodes.ts';

type Sizes = Pick<WrittenEpisodes, 'obsDim' | 'actionDim'>;

const statistics = ['min', 'max', 'mean', 'std', 'count'] as const;

/** Where an episode lies among all rows. */
interface Place {
  readonly number: number;
  /** Rows before it. */
  readonly first: number;
}

const column = (name: string, type: ParquetColumn['type']): ParquetColumn => ({ name, type, isList: false });
const list = (name: string, type: ParquetColumn['type']): ParquetColumn => ({ name, type, isList: true });

/** Columns of which statistics are kept. */
export const measured = ['observation.state', 'action', 'next.reward'] as const;
export type Measured<T> = Readonly<Record<(typeof measured)[number], T>>;

/** A value for each of the measured columns. */
export function ofMeasured<T>(make: (name: (typeof measured)[number]) => T): Measured<T> {
  const [state, action, reward] = measured;
  return { [state]: make(state), [action]: make(action), [reward]: make(reward) };
}

/** Columns of a step. A vector of one number is none there. */
export function stepColumns({ obsDim, actionDim }: Sizes): ParquetColumn[] {
  return [
    { name: 'observation.state', type: 'FLOAT', isList: obsDim > 1 },
    { name: 'action', type: 'FLOAT', isList: actionDim > 1 },
    column('next.reward', 'FLOAT'),
    column('next.done', 'BOOLEAN'),
    column('next.truncated', 'BOOLEAN'),
    column('timestamp', 'FLOAT'),
    ...['frame_index', 'episode_index', 'index', 'task_index'].map((name) => column(name, 'INT64')),
  ];
}

/** The steps of an episode. */
export function stepRows(
  { obs, actions, rewards, terminated, truncated }: Episode,
  { obsDim, actionDim }: Sizes,
  { number, first, fps }: Place & { readonly fps: number },
): ParquetRows {
  const steps = Array.from(rewards.keys());
  const vectors = (values: Float32Array, dim: number): unknown[] =>
    dim === 1 ? Array.from(values) : steps.map((t) => Array.from(values.subarray(t * dim, (t + 1) * dim)));
  const isLast = (t: number): boolean => t === steps.length - 1;
  return {
    'observation.state': vectors(obs, obsDim),
    action: vectors(actions, actionDim),
    'next.reward': Array.from(rewards),
    'next.done': steps.map((t) => isLast(t) && (terminated || truncated)),
    'next.truncated': steps.map((t) => isLast(t) && truncated && !terminated),
    timestamp: steps.map((t) => t / fps),
    frame_index: steps.map(BigInt),
    episode_index: steps.map(() => BigInt(number)),
    index: steps.map((t) => BigInt(first + t)),
    task_index: steps.map(() => 0n),
  };
}

/** Columns of an episode. */
export const episodeColumns: readonly ParquetColumn[] = [
  list('tasks', 'STRING'),
  ...[
    'episode_index',
    'length',
    'data/chunk_index',
    'data/file_index',
    'dataset_from_index',
    'dataset_to_index',
    'meta/episodes/chunk_index',
    'meta/episodes/file_index',
  ].map((name) => column(name, 'INT64')),
  ...measured.flatMap((name) =>
    statistics.map((statistic) =>
      list(`stats/${name}/${statistic}`, statistic === 'count' ? 'INT64' : 'DOUBLE'),
    ),
  ),
];

/** What is kept of an episode. */
export function episodeRow(
  { number, first, length, task }: Place & { readonly length: number; readonly task: string },
  stats: Measured<Stats>,
): ParquetRows {
  const measurements = measured.flatMap((name) =>
    statistics.map((statistic) => {
      const values = stats[name][statistic];
      return [`stats/${name}/${statistic}`, [statistic === 'count' ? values.map(BigInt) : values]] as const;
    }),
  );
  return {
    tasks: [[task]],
    episode_index: [BigInt(number)],
    length: [BigInt(length)],
    'data/chunk_index': [0n],
    'data/file_index': [0n],
    dataset_from_index: [BigInt(first)],
    dataset_to_index: [BigInt(first + length)],
    'meta/episodes/chunk_index': [0n],
    'meta/episodes/file_index': [0n],
    ...Object.fromEntries(measurements),
  };
}

/** Columns of the list of tasks, which pandas reads with the task as the name of a row. */
export const taskColumns: readonly ParquetColumn[] = [
  column('task_index', 'INT64'),
  column('task', 'STRING'),
];
export const taskIndex: { readonly pandas: string } = {
  pandas: JSON.stringify({
    index_columns: ['task'],
    column_indexes: [],
    columns: [
      {
        name: 'task_index',
        field_name: 'task_index',
        pandas_type: 'int64',
        numpy_type: 'int64',
        metadata: null,
      },
      { name: 'task', field_name: 'task', pandas_type: 'unicode', numpy_type: 'object', metadata: null },
    ],
    pandas_version: '2.3.0',
  }),
};

const feature = (dtype: string, size = 1): object => ({ dtype, shape: [size], names: null });

/** meta/info.json */
export function info(
  { obsDim, actionDim }: Sizes,
  { fps, episodes, steps }: { readonly fps: number; readonly episodes: number; readonly steps: number },
): object {
  return {
    codebase_version: 'v3.0',
    robot_type: null,
    total_episodes: episodes,
    total_frames: steps,
    total_tasks: 1,
    chunks_size: 1000,
    data_files_size_in_mb: 100,
    video_files_size_in_mb: 200,
    fps,
    splits: { train: `0:${episodes}` },
    data_path: 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet',
    video_path: null,
    features: {
      'observation.state': feature('float32', obsDim),
      action: feature('float32', actionDim),
      'next.reward': feature('float32'),
      'next.done': feature('bool'),
      'next.truncated': feature('bool'),
      timestamp: feature('float32'),
      frame_index: feature('int64'),
      episode_index: feature('int64'),
      index: feature('int64'),
      task_index: feature('int64'),
    },
  };
}
