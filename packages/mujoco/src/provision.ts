import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type Library,
  type ProgressOptions,
  type Wheel,
  cacheFolder,
  checkContents,
  checkSizes,
  isSealed,
  placeLibrary,
  wheelFor,
  withStaging,
} from '@dppo/wheels';

/** The version whose structures `mujocoLibrary` knows, that of `@mujoco/mujoco`. */
export const version = '3.14.0';

/** Where `provisionMujoco` keeps the library, and what it takes it from. */
export interface ProvisionOptions extends ProgressOptions {
  /** Keeps libraries for all projects of a user. */
  readonly cache?: string;
  /** The Python wheel with MuJoCo's library; the one for this machine by default. */
  readonly wheel?: Wheel;
}

/**
 * Downloads MuJoCo's native library in the Python wheel of the package `mujoco`, unless the cache has it, and returns its path.
 * Throws an Error that says in one line what is missing; whatever happens, nothing is left half-made.
 */
export async function provisionMujoco({
  cache = cacheFolder(),
  wheel = wheelFor(library),
  ...options
}: ProvisionOptions = {}): Promise<string> {
  const place = folderIn(cache);
  try {
    await checkContents(place, { files: [file], sha256: wheel.contents });
    return pathIn(cache);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (existsSync(place)) options.progress?.(`mending what is kept of MuJoCo, as ${reason}`);
  }
  await withStaging(
    cache,
    (staging, signal) =>
      placeLibrary({ wheel, destination, files: [file] }, { staging, place }, { ...options, signal }),
    options,
  );
  return pathIn(cache);
}

/**
 * The path of the native library that `mujocoLibrary` takes: the one that the environment variable DPPO_LIBMUJOCO names, none where
 * that is empty; where it is not set the one that `provisionMujoco` has put into the folder `cache`.
 */
export function findMujocoLibrary(cache?: string): string | undefined {
  const named = process.env['DPPO_LIBMUJOCO'];
  if (named !== undefined) return named === '' ? undefined : named;
  try {
    const kept = cache ?? cacheFolder();
    return existsSync(folderIn(kept)) ? pathIn(kept) : undefined; // `mujocoLibrary` says so where it is damaged
  } catch {
    return undefined; // Where there is no folder for caches there is no library in it.
  }
}

/**
 * Throws an Error where the library at `path` is missing, or not as it was when `provisionMujoco` kept it; one that was kept by others
 * has to be as long as its own header says. The system would end the process that loads a library of which a part is missing.
 */
export async function checkMujocoLibrary(path: string): Promise<void> {
  const [folder, files] = [dirname(path), [basename(path)]];
  if (isSealed(folder)) await checkContents(folder, { files });
  else checkSizes(folder, files);
}

const file = process.platform === 'darwin' ? `libmujoco.${version}.dylib` : `libmujoco.so.${version}`;

function folderIn(cache: string): string {
  return join(cache, `libmujoco-${version}-${process.platform}-${process.arch}`);
}

function pathIn(cache: string): string {
  return join(folderIn(cache), file);
}

/** The library and its licences. */
function destination(entry: string): string | undefined {
  if (entry === `mujoco/${file}`) return file;
  return /^mujoco-[\d.]+\.dist-info\/licenses\/(LICENSE[^/]*)$/.exec(entry)?.[1];
}

/** Tried on Linux x64 only: for the two other platforms the hashes and the names of the files inside are checked. */
const library: Library = {
  name: "MuJoCo's library",
  wheels: {
    'linux-x64': {
      requirement: `mujoco==${version}`,
      platform: 'manylinux_2_27_x86_64',
      size: 28_582_397,
      sha256: '922983dfdf88d29f4eb0f451a1d18867156d9fc97e3df6e63b9933cc0eba4d38',
      contents: '0aa5269e2e0af74dfa6bb04e3ce0cbca928cf091d927f2e1912d655c53ba6265',
    },
    'linux-arm64': {
      requirement: `mujoco==${version}`,
      platform: 'manylinux_2_27_aarch64',
      size: 27_063_763,
      sha256: '068080a3c98f7514f1e17a2c414e40cd86f797679b182c21799584ea27300f9a',
      contents: '14da169aecf7dd4cdd2eaf7754c6d18c2deebf5c72b044f1a2e3b88cebc7afff',
    },
    'darwin-arm64': {
      requirement: `mujoco==${version}`,
      platform: 'macosx_11_0_arm64',
      size: 26_358_865,
      sha256: 'ac43ebbfdf5522c556291cbc94a4d420ffed226f67e37a00dfcaf01525fa93bc',
      contents: '4e839d31ffc48dab4aea38718ad163b68bf789b098ec34293883770f02633e90',
    },
  },
};
