import { access, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ProgressOptions, type Wheel, fetchWheel, placeLibrary, publish } from '@dppo/wheels';
import { addonKey, compileAddon, findCompiler, tryAddon } from './addon.ts';
import type { Parts } from './tfjs-node.ts';
import { destination, libraries, libraryId } from './wheel.ts';

/** What filling the cache asks of the system; each throws where the system lacks it. */
export interface Tools {
  readonly fetchWheel: typeof fetchWheel;
  readonly findCompiler: typeof findCompiler;
  readonly compileAddon: typeof compileAddon;
  readonly tryAddon: typeof tryAddon;
}

export const systemTools: Tools = { fetchWheel, findCompiler, compileAddon, tryAddon };

/** What parts are made of, and where. */
export interface Making {
  /** Keeps libraries and addons, whole or not at all. */
  readonly cache: string;
  /** Holds what is not finished, on the same disk. */
  readonly staging: string;
  /** tfjs-node's folder `binding`. */
  readonly binding: string;
  readonly wheel: Wheel;
  readonly tools: Tools;
}

/** Where a cache keeps, or would keep, what a tfjs-node with these binding sources needs. */
export async function partsFor(binding: string, cache: string): Promise<Parts> {
  return {
    addon: join(cache, 'addons', await addonKey(binding), 'tfjs_binding.node'),
    libraries: libraries().map((name) => join(libraryOf(cache), 'lib', name)),
  };
}

/** Makes those parts where the cache lacks them. */
export async function fill(
  parts: Parts,
  { cache, staging, binding, wheel, tools }: Making,
  options: ProgressOptions = {},
): Promise<void> {
  const library = libraryOf(cache);
  const hasLibrary = await exists(library);
  const hasAddon = hasLibrary && (await works(parts, tools));
  if (!hasAddon) await tools.findCompiler(); // before the long download, not after it
  if (!hasLibrary) {
    await checkSpace(cache);
    const files = libraries().map((name) => join('lib', name));
    await placeLibrary(
      { wheel, destination, files },
      { staging, place: library },
      { ...options, fetch: tools.fetchWheel },
    );
  }
  if (!hasAddon) {
    options.progress?.('compiling the addon');
    const addon = join(staging, 'addon', 'tfjs_binding.node');
    await tools.compileAddon({ binding, library }, addon, options);
    await tools.tryAddon(addon, join(library, 'lib'));
    await publish(dirname(addon), dirname(parts.addon));
  }
}

function libraryOf(cache: string): string {
  return join(cache, `libtensorflow-${libraryId}`);
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
