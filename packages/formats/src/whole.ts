import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Lets `make` write a file or a folder beside `path` under another name, which becomes `path` when all of it is on the disk.
 *
 * @throws Error where something is at `path` already; of `make`, and then nothing is left of what it wrote
 */
export async function whole(path: string, make: (unfinished: string) => Promise<void>): Promise<void> {
  await refuseExisting(path);
  const target = resolve(path);
  const unfinished = join(dirname(target), `.unfinished-${crypto.randomUUID()}-${basename(target)}`);
  try {
    await make(unfinished);
    await flush(unfinished);
    await refuseExisting(path);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function refuseExisting(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined)
    throw new Error(`${path}: exists already, wanted a new name; nothing is overwritten`);
}

async function flush(path: string): Promise<void> {
  if ((await lstat(path)).isDirectory()) {
    for (const name of await readdir(path)) await flush(join(path, name));
    return;
  }
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}
