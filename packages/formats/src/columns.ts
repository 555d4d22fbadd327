import type { Episode } from './demonstration-source.ts';

/** Rows of numbers under the name that they have in their file. */
export interface Column {
  readonly name: string;
  /** [T, D] */
  readonly data: Float32Array;
  readonly dim: number;
}

/** What an episode is made of. */
export interface EpisodeColumns {
  readonly obs: readonly Column[];
  readonly actions: Column;
  /** [T, 1]; zeros where nothing was recorded. */
  readonly rewards?: Column | undefined;
}

/**
 * An episode of columns that belong together.
 *
 * @param where - what errors begin with, file and episode
 * @throws Error naming the column that has another number of rows than the actions, or a number that is not finite
 */
export function episodeOf(
  where: string,
  { obs, actions, rewards }: EpisodeColumns,
  ends: Pick<Episode, 'terminated' | 'truncated'>,
): Episode {
  const rows = actions.data.length / actions.dim;
  if (rows === 0) throw new Error(`${where}: ${actions.name} has no rows, wanted at least 1`);
  for (const column of [...obs, actions, ...(rewards ? [rewards] : [])]) check(where, column, rows);
  return {
    obs: beside(obs, rows),
    actions: actions.data,
    rewards: rewards?.data ?? new Float32Array(rows),
    ...ends,
  };
}

function check(where: string, { name, data, dim }: Column, rows: number): void {
  if (data.length !== rows * dim) {
    throw new Error(`${where}: ${name} has ${data.length / dim} rows, wanted ${rows} as the actions have`);
  }
  const broken = data.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return;
  const place = `row ${Math.floor(broken / dim)}, dimension ${broken % dim}`;
  throw new Error(`${where}: ${name} has ${data[broken]} in ${place}, wanted finite numbers`);
}

/** The columns' numbers of each row, one column after another. */
function beside(columns: readonly Column[], rows: number): Float32Array {
  if (columns.length === 1) return columns[0].data;
  const width = columns.reduce((sum, { dim }) => sum + dim, 0);
  const all = new Float32Array(rows * width);
  let at = 0;
  for (const { data, dim } of columns) {
    for (let row = 0; row < rows; row++) {
      all.set(data.subarray(row * dim, (row + 1) * dim), row * width + at);
    }
    at += dim;
  }
  return all;
}
