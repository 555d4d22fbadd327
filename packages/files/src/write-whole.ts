import { type FileSystem, fileSystem } from './file-system.ts';

/**
 * Writes `data` to `path` whole or not at all: under another name, down to the disk, then renamed. After a crash there is the old file or
 * the new one; where there is no room for all of it, the old one stays and the system's Error is thrown. A link stays one, what
 * it leads to is written; permissions stay those of the old file.
 *
 * @param data - or its parts, one after another, as large as they may be together
 * @throws Error naming a folder, device or socket, which no file can take the place of
 */
export async function writeWhole(path: string, data: string | Uint8Array | Iterable<string>): Promise<void> {
  const system = fileSystem('writeWhole');
  const target = await followed(path, system);
  const old = await ifThere(system.stat(target));
  if (old?.isFile() === false)
    throw new Error(`writeWhole: ${path} is a folder, device or socket, wanted a file or nothing`);
  // Of one length: a name as long as the system takes leaves no room behind it.
  const unfinished = system.join(system.dirname(target), `.unfinished-${crypto.randomUUID()}`);
  try {
    await system.writeFile(unfinished, data, { flush: true });
    if (old) await system.chmod(unfinished, old.mode);
    await system.rename(unfinished, target);
  } catch (error) {
    await system.rm(unfinished, { force: true });
    throw error;
  }
}

/** Where links lead, to a file that is not there yet too. */
async function followed(path: string, system: FileSystem): Promise<string> {
  const real = await ifThere(system.realpath(path));
  if (real !== undefined) return real;
  const link = await ifThere(system.lstat(path));
  if (!link?.isSymbolicLink()) return path;
  const folder = await system.realpath(system.dirname(path));
  return followed(system.resolve(folder, await system.readlink(path)), system);
}

async function ifThere<Found>(asked: Promise<Found>): Promise<Found | undefined> {
  return asked.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
