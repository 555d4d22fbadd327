import { checkKind, readBytes, unzip, writeWhole, zip } from '@dppo/files';

import { formatNpy, parseNpy, type NpyArray } from './npy.ts';

/**
 * The arrays of the NumPy .npz file at `path` by name, checked against their lengths and CRC-32.
 *
 * @throws Error naming file and array where the file is of another kind or damaged, unpacks to far more than its size, or holds other
 * dtypes than f4, f8, i4, i8, u1, b1, Fortran order or Python objects
 */
export async function readNpz(path: string): Promise<Record<string, NpyArray>> {
  const bytes = await readBytes(path);
  const files = await filesIn(bytes).catch((error: unknown) => {
    throw new Error(`readNpz: ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  });
  const arrays = Array.from(files, ([file, data]) => {
    const array = file.replace(/\.npy$/, '');
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

async function filesIn(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  checkKind(bytes, 'npz');
  return unzip(bytes);
}

function attempt<T>(what: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${what} ${error.message}`, { cause: error });
    throw new Error(`${what} ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
