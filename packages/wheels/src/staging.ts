import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fetchWheel } from './fetch-wheel.ts';
import { locked } from './locked.ts';
import { holds, seal } from './manifest.ts';
import type { ProgressOptions } from './progress.ts';
import { run } from './run.ts';
import { unpack } from './unpack.ts';
import type { Wheel } from './wheel.ts';

/**
 * Runs `task` with an empty folder inside the folder `cache`, while no other process does so with the same cache. What the task does not
 * `publish` is gone afterwards, and so is what a process left that was killed.
 */
export function withStaging<Result>(
  cache: string,
  task: (staging: string, signal: AbortSignal) => Promise<Result>,
  options: ProgressOptions = {},
): Promise<Result> {
  return locked(
    cache,
    async (signal) => {
      await clear(cache);
      const staging = await mkdtemp(join(cache, prefix));
      try {
        return await task(staging, signal);
      } finally {
        await remove(staging);
      }
    },
    options,
  );
}

/** Moves the folder `finished` to `place` on the same disk, instead of what may be there. */
export async function publish(finished: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await remove(place).catch(async () => {
    await run(['chmod', '-R', 'u+rwX', place]);
    await remove(place);
  });
  await rename(finished, place);
}

/** What is kept of a wheel. */
export interface Excerpt {
  /** The wheel. */
  readonly wheel: Wheel;
  /** Where an entry of the wheel belongs below the library's folder; undefined: it is left out. */
  readonly destination: (entry: string) => string | undefined;
  /** Files below the library's folder that have to be there. */
  readonly files: readonly string[];
}

/** How a wheel is fetched. */
export interface FetchOptions extends ProgressOptions {
  /** Downloads a wheel into a folder and returns its path. */
  readonly fetch?: typeof fetchWheel;
}

/**
 * Puts the excerpt of a wheel into a place with a manifest of its files, whole or not at all; one that is whole there is left alone, and
 * the wheel not downloaded.
 */
export async function placeLibrary(
  { wheel, destination, files }: Excerpt,
  {
    staging,
    place,
  }: {
    /** An empty folder, of `withStaging`. */
    readonly staging: string;
    /** Where the library's folder is to stand, on the same disk. */
    readonly place: string;
  },
  { fetch = fetchWheel, ...options }: FetchOptions = {},
): Promise<void> {
  if (await holds(place, { files, sha256: wheel.contents }, staging)) return;
  const zip = await fetch(wheel, join(staging, 'download'), options);
  const library = join(staging, 'library');
  await unpack(zip, library, destination, options);
  await Promise.all(files.map((name) => access(join(library, name))));
  const sha256 = await seal(library);
  if (sha256 !== (wheel.contents ?? sha256)) {
    throw new Error(
      `what ${wheel.requirement} was unpacked to has SHA-256 ${sha256}, wanted ${wheel.contents}`,
    );
  }
  await publish(library, place);
}

const prefix = 'unfinished-';

async function clear(cache: string): Promise<void> {
  const left = (await readdir(cache)).filter((name) => name.startsWith(prefix));
  await Promise.all(left.map((name) => remove(join(cache, name))));
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 5 });
}
