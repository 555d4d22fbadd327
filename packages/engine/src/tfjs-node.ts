import { randomUUID } from 'node:crypto';
import { copyFile, lstat, mkdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { run } from '@dppo/wheels';
import { libraries } from './wheel.ts';

/** What a project's tfjs-node is given. */
export interface Parts {
  /** The addon's file. */
  readonly addon: string;
  /** The libraries' files, under the names by which the addon asks for them. */
  readonly libraries: readonly string[];
}

/** The folder of the tfjs-node that a project's code would import. */
export async function tfjsNodeOf(project: string): Promise<string> {
  const require = createRequire(join(project, 'package.json'));
  try {
    return await realpath(dirname(require.resolve('@tensorflow/tfjs-node/package.json')));
  } catch {
    throw new Error(
      `@tensorflow/tfjs-node is not installed in ${project}: npm install --ignore-scripts @tensorflow/tfjs-node`,
    );
  }
}

/** Does this tfjs-node hold exactly these parts already? */
export async function isLinked(tfjsNode: string, parts: Parts): Promise<boolean> {
  try {
    const [installed, wanted] = await Promise.all([readFile(addonOf(tfjsNode)), readFile(parts.addon)]);
    const links = await Promise.all(
      parts.libraries.map(async (library) => {
        const path = join(librariesOf(tfjsNode), basename(library));
        return (await realpath(path)) === (await realpath(library));
      }),
    );
    return installed.equals(wanted) && links.every(Boolean);
  } catch {
    return false;
  }
}

/** Are there links where the libraries belong? tfjs-node's own installer leaves files under other names. */
export async function hasLinks(tfjsNode: string): Promise<boolean> {
  const entries = await Promise.all(
    libraries().map((name) => lstat(join(librariesOf(tfjsNode), name)).catch(() => undefined)),
  );
  return entries.some((entry) => entry?.isSymbolicLink());
}

/** Puts the parts where tfjs-node looks for them; the addon, without which it sees none of them, comes last. */
export async function link(tfjsNode: string, parts: Parts): Promise<void> {
  await mkdir(librariesOf(tfjsNode), { recursive: true });
  for (const library of parts.libraries) {
    await replace(join(librariesOf(tfjsNode), basename(library)), (path) => symlink(library, path));
  }
  await mkdir(dirname(addonOf(tfjsNode)), { recursive: true });
  await replace(addonOf(tfjsNode), (path) => copyFile(parts.addon, path));
}

/** Does a tfjs-node load as it stands? Tried in a process of its own. */
export async function loads(tfjsNode: string): Promise<boolean> {
  const mend = "const u = require('util'); u.isNullOrUndefined ??= (x) => x == null;";
  const { ok } = await run([process.execPath, '-e', `${mend} require(process.argv[1])`, tfjsNode], {
    env: { TF_CPP_MIN_LOG_LEVEL: '2', NODE_OPTIONS: '' },
  });
  return ok;
}

async function replace(path: string, write: (path: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await write(temporary);
    await rename(temporary, path).catch(async () => {
      await rm(path, { recursive: true, force: true }); // a folder
      await rename(temporary, path);
    });
  } finally {
    await rm(temporary, { force: true });
  }
}

function addonOf(tfjsNode: string): string {
  return join(tfjsNode, 'lib', 'napi-v8', 'tfjs_binding.node');
}

function librariesOf(tfjsNode: string): string {
  return join(tfjsNode, 'deps', 'lib');
}
