import { readNpz, writeNpz } from './npz.ts';

/** The range of each observation and action dimension, mapped to [−1, 1]. */
export interface Normalization {
  /** [Do]. */
  readonly obsMin: Float32Array;
  /** [Do]. */
  readonly obsMax: Float32Array;
  /** [Da]. */
  readonly actionMin: Float32Array;
  /** [Da]. */
  readonly actionMax: Float32Array;
}

const names = {
  obsMin: 'obs_min',
  obsMax: 'obs_max',
  actionMin: 'action_min',
  actionMax: 'action_max',
} as const;

/** Numbers of an observation or an action. */
const most = 2 ** 16;

/**
 * Reads the ranges from the file `path` as the reference stores them (.npz with obs_min, obs_max, action_min, action_max).
 * Throws an Error naming file and array where one is missing or has another shape, or a minimum is above its maximum.
 */
export async function readNormalization(path: string): Promise<Normalization> {
  const arrays = await readNpz(path, Object.values(names));
  const vector = (name: string): Float32Array => {
    const array = arrays[name];
    if (
      array.shape.length !== 1 ||
      !(array.data instanceof Float32Array || array.data instanceof Float64Array)
    ) {
      throw new Error(`normalization ${path}: ${name} [${array.shape.join()}], wanted one axis of f4 or f8`);
    }
    if (array.data.length > most) {
      throw new Error(
        `normalization ${path}: ${name} has ${array.data.length} numbers, wanted at most ${most}`,
      );
    }
    return Float32Array.from(array.data);
  };
  const normalization = {
    obsMin: vector(names.obsMin),
    obsMax: vector(names.obsMax),
    actionMin: vector(names.actionMin),
    actionMax: vector(names.actionMax),
  };
  for (const [low, high] of [
    ['obsMin', 'obsMax'],
    ['actionMin', 'actionMax'],
  ] as const) {
    const [min, max] = [normalization[low], normalization[high]];
    if (min.length !== max.length) {
      throw new Error(
        `normalization ${path}: ${names[low]} [${min.length}], ${names[high]} [${max.length}] do not agree`,
      );
    }
    const wrong = min.findIndex((value, i) => !(value <= max[i] && Number.isFinite(max[i] - value)));
    if (wrong >= 0) {
      throw new Error(
        `normalization ${path}: ${names[low]}[${wrong}] is ${min[wrong]}, wanted a finite number up to ${names[high]}, ${max[wrong]}`,
      );
    }
  }
  return normalization;
}

/** Writes the ranges to the file `path` in the format that readNormalization and the reference read, atomically. */
export async function writeNormalization(path: string, normalization: Normalization): Promise<void> {
  const { obsMin, obsMax, actionMin, actionMax } = normalization;
  await writeNpz(path, {
    [names.obsMin]: { shape: [obsMin.length], data: obsMin },
    [names.obsMax]: { shape: [obsMax.length], data: obsMax },
    [names.actionMin]: { shape: [actionMin.length], data: actionMin },
    [names.actionMax]: { shape: [actionMax.length], data: actionMax },
  });
}

/**
 * The smallest and the largest value of each dimension of `data`: states [R, Do] and actions [R, Da].
 * Throws a RangeError unless both have one or more whole rows of finite numbers.
 */
export function fitNormalization(data: {
  readonly states: Float32Array;
  readonly actions: Float32Array;
  readonly obsDim: number;
  readonly actionDim: number;
}): Normalization {
  const obs = range('states', data.states, data.obsDim);
  const action = range('actions', data.actions, data.actionDim);
  return { obsMin: obs.min, obsMax: obs.max, actionMin: action.min, actionMax: action.max };
}

function range(name: string, data: Float32Array, dim: number): { min: Float32Array; max: Float32Array } {
  if (data.length === 0 || data.length % dim !== 0) {
    throw new RangeError(
      `fitNormalization: ${name} has ${data.length} values, wanted one or more rows of ${dim}`,
    );
  }
  const broken = data.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) {
    throw new RangeError(
      `fitNormalization: ${name} has ${data[broken]} in row ${Math.floor(broken / dim)}, dimension ${broken % dim}, wanted finite numbers`,
    );
  }
  const [min, max] = [data.slice(0, dim), data.slice(0, dim)];
  for (let i = dim, d = 0; i < data.length; i++, d = (d + 1) % dim) {
    if (data[i] < min[d]) min[d] = data[i];
    if (data[i] > max[d]) max[d] = data[i];
  }
  return { min, max };
}
