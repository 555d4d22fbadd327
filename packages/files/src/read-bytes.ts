import { fileSystem } from './file-system.ts';

/** What Node.js reads at once. */
const most = 2 ** 31 - 1;

/**
 * All bytes of the file at `path`.
 *
 * @throws Error that names the file, of the system where it cannot be read, another where it is a folder or a device or above 2 GiB; one
 * that names the caller where there is no file system, as in browsers
 */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const system = fileSystem('readBytes');
  const found = await system.stat(path);
  if (!found.isFile() && !found.isFIFO())
    throw new Error(`readBytes: ${path} is a ${found.isDirectory() ? 'folder' : 'device'}, wanted a file`);
  if (found.size > most)
    throw new Error(`readBytes: ${path} has ${found.size} bytes, wanted at most ${most}`);
  const { buffer, byteOffset, byteLength } = await system.readFile(path);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
