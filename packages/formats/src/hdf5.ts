import type { Dataset, Entity, Group } from 'h5wasm';
import { aboutFile, checkKind } from '@dppo/files';
import { open } from 'node:fs/promises';

import type { Column } from './columns.ts';
import { numbersOf } from './numbers-of.ts';

/** An HDF5 file, read in place; paths are as `data/demo_0/actions`. */
export interface Hdf5 {
  /** The file's own path. */
  readonly path: string;
  /** Names in a group; none where there is no such group. */
  keys(group: string): string[];
  /** The shape of a data set; undefined where there is none of this name. */
  shape(path: string): readonly number[] | undefined;
  /** Rows `from` … `to` of a data set, all by default, as numbers [T, D]. */
  column(path: string, from?: number, to?: number): Column;
  /** A data set of texts. */
  texts(path: string): string[];
  readonly close: () => void;
}

/**
 * Opens the HDF5 file at `path`; nothing of it is read before it is asked for.
 *
 * @throws Error naming the file where it is of another kind or damaged, and from `column` the data set that is missing or holds no
 * rows of numbers
 */
export async function openHdf5(path: string): Promise<Hdf5> {
  await checkBeginning(path);
  // Loaded where it is needed: it is ten times as large as all else here.
  const { default: h5wasm } = await import('h5wasm/node');
  const library = await h5wasm.ready;
  library.activate_throwing_error_handler();
  const file = asked(path, () => new h5wasm.File(path, 'r'));
  const find = (name: string): Entity | null =>
    name
      .split('/')
      .reduce<Entity | null>(
        (at, part) => (isGroup(at) && at.keys().includes(part) ? at.get(part) : null),
        file,
      );
  const keys = (group: string): string[] => {
    const found = group === '' ? file : find(group);
    return isGroup(found) ? found.keys() : [];
  };
  const dataset = (name: string): Dataset => {
    const found = find(name);
    if (found instanceof h5wasm.Dataset) return found;
    const folder = name.split('/').slice(0, -1).join('/');
    const there = keys(folder).join(', ') || 'nothing';
    throw new Error(`${path}: no data set ${name}; ${folder === '' ? 'the file' : folder} has ${there}`);
  };
  return {
    path,
    keys,
    shape: (name) => {
      const found = find(name);
      return found instanceof h5wasm.Dataset ? (found.shape ?? []) : undefined;
    },
    column: (name, from = 0, to = Infinity) => {
      const found = dataset(name);
      const [rows, dim = 1, ...rest] = found.shape ?? [];
      if (rows === undefined || rest.length > 0) {
        throw new Error(`${path}: ${name} is [${(found.shape ?? []).join(', ')}], wanted [T] or [T, D]`);
      }
      const end = Math.min(to, rows);
      if (from >= end) return { name, dim, data: new Float32Array() };
      const range: [number, number][] =
        found.shape?.length === 1
          ? [[from, end]]
          : [
              [from, end],
              [0, dim],
            ];
      const what = `${path}: ${name}`;
      return {
        name,
        dim,
        data: numbersOf(
          what,
          asked(what, () => found.slice(range)),
        ),
      };
    },
    texts: (name) => [dataset(name).value].flat().map(String),
    close: () => void file.close(),
  };
}

/** HDF5's own errors do not say much. */
async function checkBeginning(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    checkKind(buffer.subarray(0, bytesRead), 'hdf5');
  } catch (error) {
    throw aboutFile(path, error);
  } finally {
    await file.close();
  }
}

/** @throws Error that begins with `what`, and says the innermost thing of all that HDF5 says */
function asked<T>(what: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    const inner = Array.from(told.matchAll(/#\d+: .*\(\): (.*)/g), ([, reason]) => reason).at(-1);
    throw new Error(`${what}: ${inner ?? told}, wanted a whole HDF5 file`, { cause: error });
  }
}

function isGroup(entity: Entity | null): entity is Group {
  return entity !== null && 'keys' in entity;
}
