import type { NpyArray } from './npy.ts';
import { readNpz, writeNpz } from './npz.ts';
import { readPickle } from './pickle.ts';

/** Recorded episodes, one after the other: R rows in all, E episodes. */
export interface Demonstrations {
  /** Do, size of one observation. */
  readonly obsDim: number;
  /** Da, size of one action. */
  readonly actionDim: number;
  /** oₜ, the observation that the action was chosen on [R, Do]. */
  readonly states: Float32Array;
  /** aₜ [R, Da]. */
  readonly actions: Float32Array;
  /** What the action earned [R]. */
  readonly rewards: Float32Array;
  /** 1 where the action ended the episode other than by a time limit [R]. */
  readonly terminals: Uint8Array;
  /** Rows of each episode, in order; they sum to R [E]. */
  readonly trajLengths: Int32Array;
}

/**
 * Reads demonstrations from the file `path` as the reference stores them: .npz, or .pkl of which nothing is run, with states, actions, traj_lengths,
 * and rewards and terminals, zeros without; any of the numeric dtypes.
 *
 * @throws Error naming file and array where one is missing, its shape does not fit, or a value is not finite
 * @see agent/dataset/sequence.py and script/dataset/get_d4rl_dataset.py of the reference
 */
export async function readDemonstrations(path: string): Promise<Demonstrations> {
  const read = path.endsWith('.pkl') ? readPickle : readNpz;
  const arrays = await read(path, ['states', 'actions', 'traj_lengths'], ['rewards', 'terminals']);
  const check = checker(`demonstrations ${path}:`, (row) => episodeOf(row, arrays.traj_lengths));
  const { states, actions, traj_lengths: lengths } = arrays;
  check('states', states, ['R', 'Do']);
  const [rows, obsDim] = states.shape;
  check('actions', actions, [rows, 'Da']);
  const zeros: NpyArray = { shape: [rows], data: new Float32Array(rows) };
  const { rewards = zeros, terminals = zeros } = arrays;
  check('rewards', rewards, [rows]);
  check('terminals', terminals, [rows]);
  check('traj_lengths', lengths, ['E']);

  const rowsOfEpisodes = numbers(lengths);
  const wrong = rowsOfEpisodes.findIndex(
    (length) => !Number.isInteger(length) || length < 1 || length > rows,
  );
  if (wrong >= 0) {
    throw new Error(
      `demonstrations ${path}: traj_lengths[${wrong}] is ${rowsOfEpisodes[wrong]}, wanted a whole number from 1 to ${rows}, the rows of states`,
    );
  }
  const trajLengths = Int32Array.from(rowsOfEpisodes);
  const sum = trajLengths.reduce((a, b) => a + b, 0);
  if (sum !== rows)
    throw new Error(`demonstrations ${path}: traj_lengths sum to ${sum}, wanted ${rows}, the rows of states`);
  return {
    obsDim,
    actionDim: actions.shape[1],
    states: float32(states),
    actions: float32(actions),
    rewards: float32(rewards),
    terminals: Uint8Array.from(numbers(terminals), (value) => (value === 0 ? 0 : 1)),
    trajLengths,
  };
}

/**
 * Writes demonstrations to the file `path` in the format that readDemonstrations and the reference read, atomically.
 * Throws a RangeError naming file and array where one has not the R rows that trajLengths sum to.
 */
export async function writeDemonstrations(path: string, demonstrations: Demonstrations): Promise<void> {
  const { obsDim, actionDim, states, actions, rewards, terminals, trajLengths } = demonstrations;
  const rows = trajLengths.reduce((a, b) => a + b, 0);
  await writeNpz(path, {
    states: { shape: [rows, obsDim], data: states },
    actions: { shape: [rows, actionDim], data: actions },
    rewards: { shape: [rows], data: rewards },
    terminals: { shape: [rows], data: terminals, dtype: 'b1' },
    traj_lengths: { shape: [trajLengths.length], data: BigInt64Array.from(trajLengths, BigInt) },
  });
}

/** Checks that an array has the shape (a letter stands for any size above 0), and holds numbers that are finite in float32. */
function checker(
  file: string,
  placeOf: (row: number) => string,
): (name: string, array: NpyArray, shape: readonly (number | string)[]) => void {
  return (name, array, shape) => {
    const fits =
      array.shape.length === shape.length &&
      shape.every((size, i) => (typeof size === 'number' ? array.shape[i] === size : array.shape[i] > 0));
    if (!fits) throw new Error(`${file} ${name} [${array.shape.join()}], wanted [${shape.join()}]`);
    if (array.data instanceof BigInt64Array) return;
    const broken = array.data.findIndex((value) => !Number.isFinite(Math.fround(value)));
    if (broken < 0) return;
    const size = array.data.length / array.shape[0];
    const row = Math.floor(broken / size);
    const where = array.shape.length > 1 ? `row ${row}, dimension ${broken % size}` : `row ${row}`;
    const most = Number.isFinite(array.data[broken]) ? ' of float32, up to 3.4028235e38' : '';
    throw new Error(
      `${file} ${name} has ${array.data[broken]} in ${where}${placeOf(row)}, wanted finite numbers${most}`,
    );
  };
}

/** In which of the episodes a row is, where their lengths tell. */
function episodeOf(row: number, lengths: NpyArray): string {
  let first = 0;
  for (const [episode, length] of Array.from(lengths.data, Number).entries()) {
    if (row < first + length) return ` (row ${row - first} of episode ${episode})`;
    first += length;
  }
  return '';
}

function float32(array: NpyArray): Float32Array {
  return array.data instanceof Float32Array ? array.data : Float32Array.from(numbers(array));
}

/** In a typed array, made without a list: that would take the heap. */
function numbers({ data }: NpyArray): Exclude<NpyArray['data'], BigInt64Array> {
  return data instanceof BigInt64Array
    ? Float64Array.from({ length: data.length }, (_, i) => Number(data[i]))
    : data;
}
