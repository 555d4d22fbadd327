import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ProgressOptions, type Wheel, cacheFolder, withStaging } from '@dppo/wheels';
import { type Tools, checkParts, fill, libraryOf, partsFor, systemTools } from './store.ts';
import { hasLinks, isLinked, link, loads, tfjsNodeOf } from './tfjs-node.ts';
import { tensorflowWheel } from './wheel.ts';

/** Where `provision` keeps things, and what it uses to get them. */
export interface ProvisionOptions extends ProgressOptions {
  /** Keeps libraries and addons for all projects of a user. */
  readonly cache?: string;
  /** The Python wheel with TensorFlow's library; the one for this machine by default. */
  readonly wheel?: Wheel;
  /** pip and the C++ compiler; the system's by default. */
  readonly tools?: Tools;
}

/** What `provision` did. */
export interface Provisioned {
  /** The folder of the tfjs-node that now works. */
  readonly tfjsNode: string;
  /** False if it worked before. */
  readonly changed: boolean;
}

/**
 * Makes the `@tensorflow/tfjs-node` of the folder `project` work without its own install script: TensorFlow's libraries and headers
 * come out of a Python wheel, the addon is compiled against them, and a cache keeps both for the projects that follow.
 * Throws an Error that says in one line what is missing; whatever happens, nothing is left half-installed.
 */
export async function provision(
  project: string,
  { cache = cacheFolder(), tools = systemTools, wheel, ...options }: ProvisionOptions = {},
): Promise<Provisioned> {
  const tfjsNode = await tfjsNodeOf(project);
  // One that works is kept, whoever installed it. Links are ours: they may lead to an older library, or nowhere.
  if (!(await hasLinks(tfjsNode)) && (await loads(tfjsNode))) return { tfjsNode, changed: false };

  const binding = join(tfjsNode, 'binding');
  const making = { cache, binding, wheel: wheel ?? tensorflowWheel(), tools };
  const parts = await partsFor(binding, cache);
  const fault = await checkParts(parts, making).then(() => undefined, messageOf);
  if (fault === undefined) {
    if (await isLinked(tfjsNode, parts)) return { tfjsNode, changed: false };
    await link(tfjsNode, parts);
    return { tfjsNode, changed: true };
  }
  if (existsSync(libraryOf(cache))) options.progress?.(`mending what is kept of TensorFlow, as ${fault}`);
  await withStaging(
    cache,
    async (staging, signal) => {
      await fill(parts, { ...making, staging }, { ...options, signal });
      await link(tfjsNode, parts);
    },
    options,
  );
  return { tfjsNode, changed: true };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
