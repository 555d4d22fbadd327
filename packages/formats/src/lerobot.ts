import { aboutFile, parseJson } from '@dppo/files';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

import { type Column, episodeOf } from './columns.ts';
import { isList } from './numbers-of.ts';
import type { Episode, ReadOptions, DemonstrationSource } from './demonstration-source.ts';

const infoSchema = z.object({
  codebase_version: z.string(),
  features: z.record(z.string(), z.object({ dtype: z.string(), shape: z.array(z.number()) })),
});
type Info = z.output<typeof infoSchema>;

/** Versions whose layout is known: one file an episode, and files of many. */
const versions = ['v2.0', 'v2.1', 'v3.0'];

const imageTypes = ['image', 'video'];

/** Rows that are read at once. */
const BLOCK = 4096;

/**
 * Demonstrations as LeRobot stores them (v2.0, v2.1, v3.0): a folder with `meta/info.json` and `data/chunk-*` of Parquet files. An
 * observation is, by default, `observation.state` and, where it is there, `observation.environment_state`. Rewards are
 * `next.reward`, zeros without. With `next.done` and `next.truncated`, an episode was cut where the last one of the second is true, and ended where that of the
 * first alone is; without, it ended where its last `next.success` is true, and was cut otherwise.
 *
 * @throws Error naming file and column where one is not there, is of images, or does not hold numbers; RangeError
 * @see https://huggingface.co/docs/lerobot/lerobot-dataset-v3
 */
export async function lerobot(folder: string, { obsKeys }: ReadOptions): Promise<DemonstrationSource> {
  const info = await readInfo(join(folder, 'meta', 'info.json'));
  const { features } = info;
  const standard = ['observation.state', 'observation.environment_state'].filter((key) => key in features);
  const keys = obsKeys ?? standard;
  const there = Object.keys(features).filter((key) => key.startsWith('observation.'));
  if (keys.length === 0) {
    throw new Error(`${folder}: which of ${there.join(', ')} is the observation? Wanted obsKeys`);
  }
  const images = Object.keys(features).filter((key) => imageTypes.includes(features[key].dtype));
  const widths = [...keys, 'action'].map((key) => widthOf(folder, info, key, there));
  const files = await parquetFiles(join(folder, 'data'));
  return {
    format: 'lerobot',
    obsKeys: keys,
    images,
    obsDim: widths.slice(0, -1).reduce((a, b) => a + b, 0),
    actionDim: widths[keys.length],
    episodes: () => episodes(folder, files, { keys, widths, features }),
    close: () => {},
  };
}

async function readInfo(path: string): Promise<Info> {
  const found = infoSchema.safeParse(
    parseJson(await readFile(path, 'utf8'), { values: 100_000, depth: 16 }, path),
  );
  if (!found.success) {
    const [{ path: at, message }] = found.error.issues;
    throw new Error(`${path}: ${at.join('.')}: ${message}`);
  }
  const { codebase_version: version } = found.data;
  if (!versions.includes(version)) {
    throw new Error(`${path}: codebase_version is ${version}, wanted one of ${versions.join(', ')}`);
  }
  return found.data;
}

function widthOf(folder: string, { features }: Info, key: string, there: readonly string[]): number {
  const feature = features[key];
  if (feature === undefined) throw new Error(`${folder}: no ${key} among ${there.join(', ')}`);
  if (feature.shape.length !== 1 || [...imageTypes, 'string'].includes(feature.dtype)) {
    throw new Error(
      `${folder}: ${key} is ${feature.dtype} [${feature.shape.join(', ')}], wanted numbers of one axis`,
    );
  }
  return feature.shape[0];
}

/** In the order of their names, which is that of their episodes. */
async function parquetFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.parquet')).toSorted();
  if (files.length === 0) throw new Error(`${folder}: no Parquet files, wanted chunk-000/*.parquet`);
  return files.map((name) => join(folder, name));
}

interface Wanted {
  readonly keys: readonly string[];
  /** Of the keys and of the action. */
  readonly widths: readonly number[];
  readonly features: Info['features'];
}

type Row = Readonly<Record<string, unknown>>;

async function* episodes(folder: string, files: readonly string[], wanted: Wanted): AsyncGenerator<Episode> {
  let rows: Row[] = [];
  for (const file of files) {
    for await (const row of rowsIn(file, wanted)) {
      if (rows.length > 0 && row['episode_index'] !== rows[0]['episode_index']) {
        yield episode(folder, rows, wanted);
        rows = [];
      }
      rows.push(row);
    }
  }
  if (rows.length > 0) yield episode(folder, rows, wanted);
}

async function* rowsIn(path: string, { keys, features }: Wanted): AsyncGenerator<Row> {
  const extra = ['next.reward', ...flags].filter((key) => key in features);
  const columns = [...keys, 'action', 'episode_index', ...extra];
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const count = Number(metadata.num_rows);
    for (let rowStart = 0; rowStart < count; rowStart += BLOCK) {
      const rowEnd = Math.min(rowStart + BLOCK, count);
      yield* await parquetReadObjects({ file, metadata, compressors, columns, rowStart, rowEnd });
    }
  } catch (error) {
    throw aboutFile(path, error);
  }
}

function episode(folder: string, rows: readonly Row[], { keys, widths, features }: Wanted): Episode {
  const where = `${folder}: episode ${String(rows[0]['episode_index'])}`;
  const column = (name: string, dim: number): Column => {
    const data = new Float32Array(rows.length * dim);
    for (const [t, row] of rows.entries()) {
      const value = row[name];
      const numbers = isList(value) ? Array.from(value, Number) : [Number(value)];
      if (numbers.length !== dim) {
        throw new Error(`${where}: ${name} has ${numbers.length} numbers in row ${t}, wanted ${dim}`);
      }
      data.set(numbers, t * dim);
    }
    return { name, dim, data };
  };
  return episodeOf(
    where,
    {
      obs: keys.map((key, i) => column(key, widths[i])),
      actions: column('action', widths[keys.length]),
      rewards: 'next.reward' in features ? column('next.reward', 1) : undefined,
    },
    endOf(rows[rows.length - 1], features),
  );
}

const flags = ['next.done', 'next.truncated', 'next.success'] as const;

/** How an episode of this last row came to its end. */
function endOf(last: Row, features: Info['features']): Pick<Episode, 'terminated' | 'truncated'> {
  const [done, cut, success] = flags.map((name) => last[name] === true);
  if ('next.done' in features && 'next.truncated' in features)
    return { terminated: done && !cut, truncated: cut };
  return { terminated: success, truncated: !success };
}
