import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeWhole } from '@dppo/checkpoint';

/**
 * Makes the folder that `--out` names with these `files` in it, whole or not at all.
 *
 * @throws Error naming the path and what happened
 */
export async function writtenFolder(
  path: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const made = `${path}-${crypto.randomUUID().slice(0, 8)}`;
  try {
    await mkdir(made);
    for (const [name, contents] of Object.entries(files)) await writeWhole(join(made, name), contents);
    await rename(made, path);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`--out ${path}: could not be written: ${reason}`, { cause: error });
  }
}
