import type * as files from 'node:fs/promises';
import type * as paths from 'node:path';

/** What reads and writes files, and takes their names apart. */
export type FileSystem = typeof files & typeof paths;

/**
 * Node's file system, which bundlers for browsers see nothing of.
 *
 * @throws Error that names the caller where there is none
 */
export function fileSystem(caller: string): FileSystem {
  const modules: Partial<typeof process> | undefined = globalThis.process;
  const [found, names] = [
    modules?.getBuiltinModule?.('node:fs/promises'),
    modules?.getBuiltinModule?.('node:path'),
  ];
  if (!found || !names) throw new Error(`${caller}: there is no file system here, wanted Node.js`);
  return { ...names, ...found };
}
