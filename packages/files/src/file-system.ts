import type * as files from 'node:fs/promises';

/**
 * Node's file system, which bundlers for browsers see nothing of.
 *
 * @throws Error that names the caller where there is none
 */
export function fileSystem(caller: string): typeof files {
  const modules: Partial<typeof process> | undefined = globalThis.process;
  const found = modules?.getBuiltinModule?.('node:fs/promises');
  if (!found) throw new Error(`${caller}: there is no file system here, wanted Node.js`);
  return found;
}
