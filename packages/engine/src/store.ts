import { statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type Contents,
  type ProgressOptions,
  type Wheel,
  checkContents,
  fetchWheel,
  holds,
  isSealed,
  placeLibrary,
  publish,
  seal,
} from '@dppo/wheels';
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

/** Throws an Error unless a cache has those parts whole, by size and SHA-256, and the addon loads. */
export async function checkParts(
  parts: Parts,
  { cache, wheel, tools }: Pick<Making, 'cache' | 'wheel' | 'tools'>,
): Promise<void> {
  await checkContents(libraryOf(cache), contentsOf(wheel));
  await checkAddon(parts, tools);
}

/** Makes those parts where the cache lacks them, or has them damaged. */
export async function fill(
  parts: Parts,
  { cache, staging, binding, wheel, tools }: Making,
  options: ProgressOptions = {},
): Promise<void> {
  const library = libraryOf(cache);
  const hasLibrary = await holds(library, contentsOf(wheel), staging);
  const hasAddon = hasLibrary && (await hasWorkingAddon(parts, tools));
  if (!hasAddon) await tools.findCompiler(); // before the long download, not after it
  if (!hasLibrary) {
    await checkSpace(cache);
    await placeLibrary(
      { wheel, destination, files: contentsOf(wheel).files },
      { staging, place: library },
      { ...options, fetch: tools.fetchWheel },
    );
  }
  if (!hasAddon) {
    options.progress?.('compiling the addon');
    const addon = join(staging, 'addon', basename(parts.addon));
    await tools.compileAddon({ binding, library }, addon, options);
    await tools.tryAddon(addon, join(library, 'lib'));
    await seal(dirname(addon));
    await publish(dirname(addon), dirname(parts.addon));
  }
}

/** Where a cache keeps TensorFlow's libraries and headers. */
export function libraryOf(cache: string): string {
  return join(cache, `libtensorflow-${libraryId}`);
}

function contentsOf(wheel: Wheel): Contents {
  return { files: libraries().map((name) => join('lib', name)), sha256: wheel.contents };
}

async function checkAddon({ addon, libraries: [library = ''] }: Parts, tools: Tools): Promise<void> {
  await checkContents(dirname(addon), { files: [basename(addon)] });
  await tools.tryAddon(addon, dirname(library));
}

/** One of before there were manifests that loads is given its own. */
async function hasWorkingAddon(parts: Parts, tools: Tools): Promise<boolean> {
  const folder = dirname(parts.addon);
  try {
    if (!isSealed(folder)) {
      await tools.tryAddon(parts.addon, dirname(parts.libraries[0]));
      await seal(folder);
    }
    await checkAddon(parts, tools);
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
