import { aboutFile, checkKind, readBytes, unzip, writeWhole, zip } from '@dppo/files';

import { formatNpy, parseNpy, type NpyArray } from './npy.ts';

/**
 * The arrays of the NumPy .npz file at `path` by name, checked against their lengths and CRC-32; only those of `names`, where there are
 * such: what else is in the file is not read.
 *
 * @param names - the arrays that are read, and have to be there; all by default
 * @param optional - more of them, which need not be there
 * @throws Error naming file and array where the file is of another kind or damaged, unpacks to far more than its size, or holds other
 * dtypes than f2, f4, f8, i4, i8, u1, b1, Fortran order or Python objects
 */
export async function readNpz(
  path: string,
  names?: readonly string[],
  optional: readonly string[] = [],
): Promise<Record<string, NpyArray>> {
  const bytes = await readBytes(path);
  const files = await filesIn(bytes, names, optional).catch((error: unknown) => {
    throw aboutFile(`readNpz: ${path}`, error);
  });
  const arrays = Array.from(files, ([file, data]) => {
    const array = nameOf(file);
    return [array, attempt(`readNpz: ${path}: array "${array}"`, () => parseNpy(data))] as const;
  });
  return Object.fromEntries(arrays);
}

/**
 * Writes `arrays` to `path` as a compressed .npz file, atomically; equal arrays give equal bytes.
 *
 * @throws RangeError naming file and array where shape and data do not agree
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NpyArray>>): Promise<void> {
  const files = Object.entries(arrays).map(
    ([array, contents]) =>
      [`${array}.npy`, attempt(`writeNpz: ${path}: array "${array}"`, () => formatNpy(contents))] as const,
  );
  await writeWhole(path, await zip(files));
}

async function filesIn(
  bytes: Uint8Array,
  names: readonly string[] | undefined,
  optional: readonly string[],
): Promise<Map<string, Uint8Array>> {
  checkKind(bytes, 'npz');
  const all: string[] = [];
  const files = await unzip(bytes, (file) => {
    all.push(nameOf(file));
    return names === undefined || [...names, ...optional].includes(nameOf(file));
  });
  const missing = names?.find((name) => !all.includes(name));
  if (missing !== undefined) throw new Error(`no array ${missing} in it; it has ${all.join(', ')}`);
  return files;
}

function nameOf(file: string): string {
  return file.replace(/\.npy$/, '');
}

function attempt<T>(what: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${what} ${error.message}`, { cause: error });
    throw new Error(`${what} ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
