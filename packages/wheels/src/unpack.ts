import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise } from 'yauzl';
import type { ProgressOptions } from './progress.ts';

/** Writes the entries of a zip file that have a destination to their places below a folder. */
export async function unpack(
  zip: string,
  folder: string,
  destination: (entry: string) => string | undefined,
  { progress, signal }: ProgressOptions = {},
): Promise<void> {
  const file = await openPromise(zip, { lazyEntries: true, autoClose: false });
  try {
    const wanted: Entry[] = [];
    for await (const entry of file.eachEntry()) if (destination(entry.fileName)) wanted.push(entry);
    const total = wanted.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
    let done = 0;
    const counter = (): Transform =>
      new Transform({
        transform(chunk: Buffer, _encoding, next) {
          done += chunk.length;
          progress?.('unpacking the libraries', done, total);
          next(null, chunk);
        },
      });
    for (const entry of wanted) {
      const name = destination(entry.fileName)!;
      const path = join(folder, name);
      try {
        await mkdir(dirname(path), { recursive: true });
        await pipeline(await file.openReadStreamPromise(entry), counter(), createWriteStream(path), {
          signal,
        });
      } catch (error) {
        signal?.throwIfAborted();
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`${name} could not be unpacked: ${reason}`, { cause: error });
      }
    }
  } finally {
    file.close();
  }
}
