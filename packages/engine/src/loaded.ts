import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { checkContents, checkSizes, isSealed } from '@dppo/wheels';

/** Throws an Error where a file that the backend 'tensorflow' would load is missing or not as long as it should be; `tfjsNode` is the folder of tfjs-node. */
export function checkLoaded(tfjsNode: string | undefined = installed()): void {
  try {
    for (const [folder, files] of loadedFiles(tfjsNode)) checkSizes(folder, files);
  } catch (error) {
    throw mendable(error);
  }
}

/**
 * Throws an Error where a file that the backend 'tensorflow' would load is missing or damaged, by size, and by SHA-256 where `provision`
 * has kept it, which takes a second.
 *
 * @param tfjsNode - the folder of tfjs-node; the one that `useBackend` imports by default
 */
export async function checkNative(tfjsNode: string | undefined = installed()): Promise<void> {
  checkLoaded(tfjsNode);
  try {
    for (const [folder, files] of loadedFiles(tfjsNode))
      if (isSealed(folder)) await checkContents(folder, { files });
  } catch (error) {
    throw mendable(error);
  }
}

function mendable(error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`${reason}: run npx dppo-native`, { cause: error });
}

/** The addon and its libraries, by the folders that may have their manifests; none where tfjs-node is not installed. */
function loadedFiles(tfjsNode: string | undefined): Map<string, string[]> {
  const files = new Map<string, string[]>();
  if (tfjsNode === undefined) return files;
  const addon = join(tfjsNode, 'lib', 'napi-v8', 'tfjs_binding.node');
  if (existsSync(addon)) files.set(dirname(addon), [basename(addon)]);
  for (const file of librariesIn(join(tfjsNode, 'deps', 'lib'))) {
    const folder = dirname(dirname(file));
    files.set(folder, [...(files.get(folder) ?? []), join(basename(dirname(file)), basename(file))]);
  }
  return files;
}

function installed(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json'));
  } catch {
    return undefined;
  }
}

/** Where the libraries of a folder lie, at the end of links; a link that leads nowhere stands for itself. */
function librariesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith('libtensorflow'))
    .map((name) => join(folder, name))
    .map((path) => (existsSync(path) ? realpathSync(path) : path));
}
