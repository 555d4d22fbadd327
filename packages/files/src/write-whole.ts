import { fileSystem } from './file-system.ts';

/**
 * Writes `data` to the file `path`, whole or not at all: under another name, down to the disk, then renamed. After a crash there is the old file or
 * the new one; where there is no room for all of it, the old one stays and the system's Error is thrown.
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const { rename, rm, writeFile } = fileSystem('writeWhole');
  const unfinished = `${path}.${crypto.randomUUID()}`;
  try {
    await writeFile(unfinished, data, { flush: true });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
