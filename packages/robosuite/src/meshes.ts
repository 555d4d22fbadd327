import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Files } from '@dppo/mujoco';
import {
  type ProgressOptions,
  type Wheel,
  cacheFolder,
  checkContents,
  placeLibrary,
  withStaging,
} from '@dppo/wheels';

/** Where meshes are kept, and what they are taken from. */
export interface MeshOptions extends ProgressOptions {
  /** Keeps them for all projects of a user. */
  readonly cache?: string;
  /** robosuite's Python wheel. */
  readonly wheel?: Wheel;
}

const version = '1.4.1';

const robosuite: Wheel = {
  requirement: `robosuite==${version}`,
  platform: 'any',
  size: 193_518_002,
  sha256: '62587cd5888d9d3d813f3ffcc7017f6f77efa618952527a0b9bb139ffd0a3741',
  contents: '2adfe8658fc7598d69f050d9dc2f28188158c32a4d6ea92a400b21a585809861',
};

const arm = Array.from({ length: 8 }, (_, i) => `link${i}.stl`);
const names = [...arm, 'hand.stl', 'finger.stl', 'can.msh', 'milk.msh', 'bread.stl', 'cereal.msh'];
// Where each lies in the wheel; the arm has fingers of its own, which are the gripper's.
const folders = new Set(['robots/panda/meshes', 'grippers/meshes/panda_gripper', 'objects/meshes']);

/**
 * The folder that the meshes are in, without a download. Throws an Error that names what is missing there, or is not as it was in the wheel.
 */
export async function checkMeshes({
  cache = cacheFolder(),
  wheel = robosuite,
}: Pick<MeshOptions, 'cache' | 'wheel'> = {}): Promise<string> {
  const place = folderIn(cache);
  await checkContents(place, { files: names, sha256: wheel.contents });
  return place;
}

/**
 * Downloads the 14 collision meshes in the Python wheel of robosuite 1.4.1 (194 MB, of which 0.9 MB stay), unless the cache has them, and
 * returns the folder that they are in. Throws an Error that says in one line what is missing; nothing is left half-made.
 */
export async function provisionMeshes({
  cache = cacheFolder(),
  wheel = robosuite,
  ...options
}: MeshOptions = {}): Promise<string> {
  const place = folderIn(cache);
  try {
    return await checkMeshes({ cache, wheel });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (existsSync(place)) options.progress?.(`mending what is kept of robosuite, as ${reason}`);
  }
  const excerpt = { wheel, destination, files: names };
  await withStaging(
    cache,
    (staging, signal) => placeLibrary(excerpt, { staging, place }, { ...options, signal }),
    options,
  );
  return place;
}

// All environments of a thread share the files, and so the compiled models.
const kept = new Map<string, Promise<Files>>();

/**
 * robosuite's collision meshes by the names that the models have for them, out of the folder of `provisionMeshes`, which gets them
 * where they are missing; one object per thread and cache. Throws an Error where they cannot be had.
 */
export function robosuiteMeshes(options: MeshOptions = {}): Promise<Files> {
  const key = options.cache ?? cacheFolder();
  const files = kept.get(key) ?? read(options);
  kept.set(key, files);
  files.catch(() => kept.delete(key));
  return files;
}

async function read(options: MeshOptions): Promise<Files> {
  try {
    const folder = await provisionMeshes(options);
    const files = await Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, name))] as const),
    );
    return Object.fromEntries(files);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`robosuiteMeshes: robosuite's meshes cannot be had: ${reason}`, { cause: error });
  }
}

function folderIn(cache: string): string {
  return join(cache, `robosuite-meshes-${version}`);
}

/** The meshes and the licence. */
function destination(entry: string): string | undefined {
  if (entry === `robosuite-${version}.dist-info/LICENSE`) return 'LICENSE';
  const [, folder, name] = /^robosuite\/models\/assets\/(.+)\/([^/]+)$/.exec(entry) ?? [];
  return folders.has(folder) && names.includes(name) ? name : undefined;
}
