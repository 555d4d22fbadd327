import { type Column, episodeOf } from './columns.ts';
import type { Hdf5 } from './hdf5.ts';
import { widthOf } from './obs-keys.ts';
import type { Episode, ReadOptions, DemonstrationSource } from './demonstration-source.ts';

/** Rows that are read at once. */
const BLOCK = 4096;

/** Whether a file is laid out as D4RL's are. */
export function isD4rl(file: Hdf5): boolean {
  return ['observations', 'actions', 'terminals'].every((name) => file.keys('').includes(name));
}

/**
 * Demonstrations as D4RL stores them: `observations`, `actions`, `rewards`, `terminals` and `timeouts` of all episodes, one after
 * the other. An episode ends where `terminals` or `timeouts` is 1, the last one with the file.
 *
 * @throws Error naming file and data set where one is not there or has another number of rows, or where no `timeouts` tell where
 * episodes were cut
 * @see https://github.com/Farama-Foundation/D4RL
 */
export function d4rl(file: Hdf5, { obsKeys }: ReadOptions): DemonstrationSource {
  const { path } = file;
  if (obsKeys !== undefined) {
    throw new Error(
      `${path}: found obsKeys ${obsKeys.join(', ')}, wanted none: observations have no names here`,
    );
  }
  const names = ['observations', 'actions', 'rewards', 'terminals', 'timeouts'] as const;
  const shapes = names.map((name) => {
    const shape = file.shape(name);
    if (shape === undefined)
      throw new Error(`${path}: no data set ${name}; the file has ${file.keys('').join(', ')}`);
    return shape;
  });
  const [observations, actions] = shapes;
  const [rows] = observations;
  const odd = shapes.findIndex((shape) => shape[0] !== rows);
  if (odd >= 0) {
    throw new Error(
      `${path}: ${names[odd]} has ${shapes[odd][0]} rows, wanted ${rows} as the observations have`,
    );
  }
  return {
    format: 'd4rl',
    obsKeys: [],
    images: [],
    obsDim: widthOf(`${path}: observations`, observations),
    actionDim: widthOf(`${path}: actions`, actions),
    episodes: () => episodes(file, rows),
    close: file.close,
  };
}

/** What is read of an episode before its end. */
interface Begun {
  readonly obs: readonly Column[];
  readonly actions: readonly Column[];
  readonly rewards: readonly Column[];
}

async function* episodes(file: Hdf5, rows: number): AsyncGenerator<Episode> {
  let number = 0;
  let begun: Begun = { obs: [], actions: [], rewards: [] };
  const whole = (terminated: boolean, truncated: boolean): Episode => {
    const [obs, actions, rewards] = [begun.obs, begun.actions, begun.rewards].map(joined);
    begun = { obs: [], actions: [], rewards: [] };
    return episodeOf(
      `${file.path}: episode ${number++}`,
      { obs: [obs], actions, rewards },
      { terminated, truncated },
    );
  };
  for (let from = 0; from < rows; from += BLOCK) {
    const of = (name: string): Column => file.column(name, from, from + BLOCK);
    const block = { obs: of('observations'), actions: of('actions'), rewards: of('rewards') };
    const [terminals, timeouts] = [of('terminals').data, of('timeouts').data];
    const until = (start: number, end: number): Begun => ({
      obs: [...begun.obs, part(block.obs, start, end)],
      actions: [...begun.actions, part(block.actions, start, end)],
      rewards: [...begun.rewards, part(block.rewards, start, end)],
    });
    let start = 0;
    for (let row = 0; row < terminals.length; row++) {
      if (terminals[row] === 0 && timeouts[row] === 0) continue;
      begun = until(start, row + 1);
      yield whole(terminals[row] === 1, terminals[row] === 0);
      start = row + 1;
    }
    if (start < terminals.length) begun = until(start, terminals.length);
  }
  if (begun.obs.length > 0) yield whole(false, true);
}

function part({ data, ...column }: Column, start: number, end: number): Column {
  return { ...column, data: data.slice(start * column.dim, end * column.dim) };
}

function joined(parts: readonly Column[]): Column {
  const [{ name, dim }] = parts;
  const data = new Float32Array(parts.reduce((sum, each) => sum + each.data.length, 0));
  let at = 0;
  for (const each of parts) {
    data.set(each.data, at);
    at += each.data.length;
  }
  return { name, dim, data };
}
