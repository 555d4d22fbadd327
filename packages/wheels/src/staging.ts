import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fetchWheel } from './fetch-wheel.ts';
import { locked } from './locked.ts';
import type { ProgressOptions } from './progress.ts';
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
        await rm(staging, { recursive: true, force: true, maxRetries: 5 });
      }
    },
    options,
  );
}

/** Moves the folder `finished` to `place` on the same disk, instead of what may be there. */
export async function publish(finished: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await rm(place, { recursive: true, force: true });
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

/** Downloads a wheel and puts the excerpt of it into a place, whole or not at all. */
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
  const zip = await fetch(wheel, join(staging, 'download'), options);
  const library = join(staging, 'library');
  await unpack(zip, library, destination, options);
  await Promise.all(files.map((name) => access(join(library, name))));
  await publish(library, place);
}

const prefix = 'unfinished-';

async function clear(cache: string): Promise<void> {
  const left = (await readdir(cache)).filter((name) => name.startsWith(prefix));
  await Promise.all(
    left.map((name) => rm(join(cache, name), { recursive: true, force: true, maxRetries: 5 })),
  );
}
