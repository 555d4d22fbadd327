import type { Hdf5 } from './hdf5.ts';

/**
 * Do and Da of an episode's group, whose observations are data sets in a group of their own.
 *
 * @throws Error naming a key that is not there or is no vector, or that none is given
 */
export function obsDimOf(
  file: Hdf5,
  group: string,
  obs: string,
  keys: readonly string[],
): { readonly obsDim: number; readonly actionDim: number } {
  const { path } = file;
  const there = file.keys(`${group}/${obs}`);
  if (keys.length === 0) {
    throw new Error(`${path}: which of ${there.join(', ')} is the observation? Wanted obsKeys`);
  }
  const dims = keys.map((key) => {
    const shape = there.includes(key) ? file.shape(`${group}/${obs}/${key}`) : undefined;
    if (shape === undefined)
      throw new Error(`${path}: found no ${key} in obsKeys, wanted some of ${there.join(', ')}`);
    return widthOf(`${path}: ${obs}/${key}`, shape);
  });
  const actions = file.shape(`${group}/actions`);
  if (actions === undefined) throw new Error(`${path}: ${group} has no actions`);
  return {
    obsDim: dims.reduce((a, b) => a + b, 0),
    actionDim: widthOf(`${path}: actions`, actions),
  };
}

/** The data sets of a group that are images: of more axes than rows of numbers have. */
export function imagesIn(file: Hdf5, group: string): string[] {
  return file.keys(group).filter((key) => (file.shape(`${group}/${key}`)?.length ?? 0) > 2);
}

/** D of [T] or [T, D]. */
export function widthOf(what: string, shape: readonly number[]): number {
  if (shape.length === 1) return 1;
  if (shape.length === 2) return shape[1];
  throw new Error(`${what} is [${shape.join(', ')}], wanted [T] or [T, D]`);
}
