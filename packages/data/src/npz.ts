import { readFile } from 'node:fs/promises';
import { zipSync } from 'fflate';
import writeFileAtomic from 'write-file-atomic';
import { formatNpy, parseNpy, type NpyArray } from './npy.ts';
import { unzip } from './zip.ts';

/**
 * The arrays of a NumPy .npz file by name, checked against their lengths and CRC-32.
 * Throws an Error naming file and array where the file is damaged, unpacks to far more than its size, or holds other
 * dtypes than f4, f8, i4, i8, u1, b1, Fortran order or Python objects.
 */
export async function readNpz(path: string): Promise<Record<string, NpyArray>> {
  const bytes = await readFile(path);
  const entries = attempt(`readNpz: ${path}:`, () => unzip(bytes));
  return Object.fromEntries(
    entries.map(({ name, data }) => {
      const array = name.replace(/\.npy$/, '');
      return [array, attempt(`readNpz: ${path}: array "${array}"`, () => parseNpy(data))];
    }),
  );
}

/**
 * Writes arrays as a compressed .npz file, atomically; equal arrays give equal bytes.
 * Throws a RangeError naming file and array where shape and data do not agree.
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NpyArray>>): Promise<void> {
  const files = Object.entries(arrays).map(([array, contents]) => [
    `${array}.npy`,
    attempt(`writeNpz: ${path}: array "${array}"`, () => formatNpy(contents)),
  ]);
  const zip = zipSync(Object.fromEntries(files), { mtime: new Date(1980, 0, 1) });
  await writeFileAtomic(path, Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength));
}

function attempt<T>(what: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${what} ${error.message}`, { cause: error });
    throw new Error(`${what} ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
