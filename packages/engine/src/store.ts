import { access, mkdir, mkdtemp, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addonKey, compileAddon, findCompiler, tryAddon } from './addon.ts';
import { fetchWheel } from './fetch-wheel.ts';
import type { ProgressOptions } from './progress.ts';
import type { Parts } from './tfjs-node.ts';
import { unpack } from './unpack.ts';
import { type Wheel, destination, libraries } from './wheel.ts';

/** What filling the store asks of the system; each throws where the system lacks it. */
export interface Tools {
  readonly fetchWheel: typeof fetchWheel;
  readonly findCompiler: typeof findCompiler;
  readonly compileAddon: typeof compileAddon;
  readonly tryAddon: typeof tryAddon;
}

export const systemTools: Tools = { fetchWheel, findCompiler, compileAddon, tryAddon };

/** A folder that keeps libraries and addons, whole or not at all: each is made under another name, then renamed. */
export interface Store {
  readonly folder: string;
  readonly wheel: Wheel;
  readonly tools: Tools;
}

/** Where the store keeps, or would keep, what a tfjs-node with these binding sources needs. */
export async function partsFor(binding: string, { folder, wheel }: Store): Promise<Parts> {
  return {
    addon: join(folder, 'addons', await addonKey(binding, wheel.id), 'tfjs_binding.node'),
    libraries: libraries().map((name) => join(libraryOf(folder, wheel), 'lib', name)),
  };
}

/** Makes those parts where the store lacks them. The caller holds the store's lock. */
export async function fill(
  binding: string,
  parts: Parts,
  store: Store,
  options: ProgressOptions = {},
): Promise<void> {
  const { folder, wheel, tools } = store;
  const library = libraryOf(folder, wheel);
  await clear(folder); // what a process left that was killed
  const staging = await mkdtemp(join(folder, stagingPrefix));
  try {
    const hasLibrary = await exists(library);
    const hasAddon = hasLibrary && (await works(parts, tools));
    if (!hasAddon) await tools.findCompiler(); // before the long download, not after it
    if (!hasLibrary) {
      await checkSpace(folder);
      const file = await tools.fetchWheel(wheel, join(staging, 'download'), options);
      await unpack(file, join(staging, 'library'), destination, options);
      await Promise.all(libraries().map((name) => access(join(staging, 'library', 'lib', name))));
      await publish(join(staging, 'library'), library);
    }
    if (!hasAddon) {
      options.progress?.('compiling the addon');
      const addon = join(staging, 'addon', 'tfjs_binding.node');
      await tools.compileAddon({ binding, library }, addon, options);
      await tools.tryAddon(addon, join(library, 'lib'));
      await publish(dirname(addon), dirname(parts.addon));
    }
  } finally {
    await rm(staging, { recursive: true, force: true, maxRetries: 5 });
  }
}

const stagingPrefix = 'unfinished-';

function libraryOf(folder: string, { id }: Wheel): string {
  return join(folder, `libtensorflow-${id}`);
}

async function works({ addon, libraries: [library = ''] }: Parts, tools: Tools): Promise<boolean> {
  try {
    await access(addon);
    await tools.tryAddon(addon, dirname(library));
    return true;
  } catch {
    return false;
  }
}

async function publish(finished: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  await rm(place, { recursive: true, force: true });
  await rename(finished, place);
}

async function clear(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(stagingPrefix));
  await Promise.all(
    left.map((name) => rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 })),
  );
}

async function checkSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / 1e9;
  if (free < 1.3) throw new Error(`${folder} has ${free.toFixed(1)} GB free, and provisioning needs 1.3 GB`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
