import { aboutFile, parseJson } from '@dppo/files';
import { z } from 'zod';

import type { Column } from './columns.ts';
import { numbersOf } from './numbers-of.ts';
import type { ZarrFiles } from './zarr-files.ts';

/** What `.zarray` says. */
const metadata = z.object({
  zarr_format: z.literal(2),
  shape: z.array(z.int().nonnegative()).min(1),
  chunks: z.array(z.int().positive()).min(1),
  dtype: z.string().regex(/^[<|][fiub][1248]$/, 'wanted numbers of 1 to 8 bytes, the lowest first'),
  compressor: z.object({ id: z.literal('blosc') }).nullable(),
  filters: z.array(z.never()).nullish(),
});

type Metadata = z.output<typeof metadata>;

/** Arrays of a zarr store. */
export interface Zarr {
  /** The store's own path. */
  readonly path: string;
  /** Names of the arrays in a group; none where there is no such group. */
  keys(group: string): string[];
  /** The shape of an array; undefined where there is none of this name. */
  shape(name: string): readonly number[] | undefined;
  /** All of an array [T, …], its rows as numbers [T, D]. */
  column(name: string): Promise<Column>;
}

/** An array may unpack to this much more than its own size. */
const limit = (bytes: number): number => 2 ** 24 + 100 * bytes;

/**
 * The arrays of a store of zarr's format 2, packed by Blosc or not at all; of their values nothing is read before it is asked for.
 *
 * @throws Error naming the array whose `.zarray` says something else, and from `column` one that is not there or not whole
 * @see https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html
 */
export async function openZarr(path: string, files: ZarrFiles): Promise<Zarr> {
  const ending = '/.zarray';
  const found = await files.read((name) => name.endsWith(ending));
  const arrays = new Map(
    Array.from(found, ([name, bytes]) => [name.slice(0, -ending.length), bytes] as const),
  );
  const read = new Map<string, Metadata>();
  const metadataOf = (name: string): Metadata | undefined => {
    const bytes = arrays.get(name);
    if (bytes === undefined) return undefined;
    const known = read.get(name) ?? parsed(`${path}: ${name}${ending}`, bytes);
    read.set(name, known);
    return known;
  };
  return {
    path,
    keys: (group) =>
      Array.from(arrays.keys())
        .filter((name) => name.startsWith(`${group}/`))
        .map((name) => name.slice(group.length + 1))
        .toSorted(),
    shape: (name) => metadataOf(name)?.shape,
    column: async (name) => {
      const about = metadataOf(name);
      if (about === undefined) throw new Error(`${path}: no array ${name}`);
      const inside = await files.read((file) => file.startsWith(`${name}/`));
      const what = `${path}: ${name}`;
      checkChunks(what, about, name, inside);
      const data = numbersOf(what, await values(what, name, inside));
      const [rows] = about.shape;
      return { name, dim: rows === 0 ? 1 : data.length / rows, data };
    },
  };
}

function parsed(what: string, bytes: Uint8Array): Metadata {
  const text = new TextDecoder().decode(bytes);
  const { data, error } = metadata.safeParse(parseJson(text, { values: 1000, depth: 10 }, what));
  if (data && data.shape.length === data.chunks.length) return data;
  const [issue] = error?.issues ?? [];
  const reason = issue ? `${issue.path.join('.')}: ${issue.message}` : 'shape and chunks of unequal lengths';
  throw new Error(`${what} is not read: ${reason}`);
}

/** Before anything is unpacked: every chunk is there, and as long as the metadata say. */
function checkChunks(
  what: string,
  { shape, chunks, dtype, compressor }: Metadata,
  name: string,
  files: ReadonlyMap<string, Uint8Array>,
): void {
  const parts = Array.from(files).filter(([file]) => /^\d+([./]\d+)*$/.test(file.slice(name.length + 1)));
  const size = Number(dtype.at(-1)) * product(chunks);
  const count = product(shape.map((length, axis) => Math.ceil(length / chunks[axis])));
  if (parts.length !== count)
    throw new Error(`${what} has ${parts.length} chunks, wanted ${count} of [${chunks.join(', ')}]`);
  const packed = parts.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  if (size * count > limit(packed))
    throw new Error(`${what} unpacks to ${size * count} bytes, too many for ${packed} bytes`);
  for (const [file, bytes] of parts) {
    const length = compressor === null ? bytes.length : unpackedLength(bytes);
    if (length === undefined) throw new Error(`${what}: chunk ${file} is cut off, wanted what Blosc packed`);
    if (length !== size)
      throw new Error(`${what}: chunk ${file} is of ${length} bytes unpacked, wanted ${size}`);
  }
}

/** As Blosc's header says; undefined where these are not all bytes that it says. Nothing later notices that some are missing. */
function unpackedLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < 16) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(12, true) === bytes.length ? view.getUint32(4, true) : undefined;
}

async function values(what: string, name: string, files: ReadonlyMap<string, Uint8Array>): Promise<unknown> {
  // Loaded where it is needed: it is larger than all else here.
  const { get, open } = await import('zarrita');
  const store = new Map(Array.from(files, ([file, bytes]) => [file.slice(name.length), bytes]));
  try {
    const array = await open.v2(store, { kind: 'array', attrs: false });
    return (await get(array)).data;
  } catch (error) {
    throw aboutFile(what, error);
  }
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
