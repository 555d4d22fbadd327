import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

import { writeWhole } from '@dppo/checkpoint';

/** What is written to a path, which says where what it names lies from there. */
type Contents = (path: string) => string | Uint8Array | Promise<string | Uint8Array>;

/**
 * Writes what `--out` names; where that has become impossible since it was checked, a file in the current or the temporary folder, so
 * that the work is not lost.
 *
 * @throws Error naming the path, what happened, and the file that was written instead
 */
export async function writtenOut(path: string, contents: Contents): Promise<void> {
  const made = await contents(path);
  try {
    await writeWhole(path, made);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const other = await instead(path, contents);
    const end = other === undefined ? 'and no other place either' : `written to ${other} instead`;
    throw new Error(`--out ${path}: could not be written: ${reason}; ${end}`, { cause: error });
  }
}

async function instead(path: string, contents: Contents): Promise<string | undefined> {
  const name = `${crypto.randomUUID().slice(0, 8)}-${basename(path).slice(-60)}`;
  for (const folder of ['.', tmpdir()].filter((each) => resolve(each) !== dirname(resolve(path)))) {
    const other = join(folder, name);
    const made = await contents(other);
    const isWritten = await writeWhole(other, made).then(
      () => true,
      () => false,
    );
    if (isWritten) return other;
  }
  return undefined;
}
