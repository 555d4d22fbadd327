import { fileSystem } from './file-system.ts';

/**
 * All bytes of the file at `path`.
 *
 * @throws Error of the system, which names the file; another where there is no file system, as in browsers
 */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { buffer, byteOffset, byteLength } = await fileSystem('readBytes').readFile(path);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
