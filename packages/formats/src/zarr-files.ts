import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';

import { aboutFile, readBytes, unzip } from '@dppo/files';

/** The files of a zarr store, in a folder or in a zip archive. */
export interface ZarrFiles {
  /** Paths in the store, such as `data/state/.zarray`. */
  readonly names: readonly string[];
  /** Those of these names. */
  read(wanted: (name: string) => boolean): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** A store in a folder. */
export async function filesInFolder(path: string): Promise<ZarrFiles> {
  const entries = await readdir(path, { recursive: true });
  const names = entries.map((name) => name.split(sep).join('/'));
  return {
    names,
    read: async (wanted) => {
      const found = names.filter(wanted);
      return new Map(
        await Promise.all(found.map(async (name) => [name, await readFile(join(path, name))] as const)),
      );
    },
  };
}

/** A store in a zip archive, in whichever folder of it: `marker` is a file of the store. */
export async function filesInZip(path: string, marker: string): Promise<ZarrFiles> {
  const bytes = await readBytes(path);
  const all: string[] = [];
  const unzipped = (wanted: (name: string) => boolean) =>
    unzip(bytes, wanted).catch((error: unknown) => {
      throw aboutFile(path, error);
    });
  await unzipped((name) => all.push(name) < 0);
  const root = all.find((name) => `/${name}`.endsWith(`/${marker}`))?.slice(0, -marker.length) ?? '';
  const inStore = (name: string): string | undefined =>
    name.startsWith(root) ? name.slice(root.length) : undefined;
  return {
    names: all.flatMap((name) => inStore(name) ?? []),
    read: async (wanted) => {
      const files = await unzipped((name) => wanted(inStore(name) ?? ''));
      return new Map(Array.from(files, ([name, data]) => [inStore(name) ?? '', data]));
    },
  };
}
