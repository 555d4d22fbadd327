import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Wheel } from '@dppo/wheels';

/**
 * A wheel among the fixtures, which hold names with a line of text each: whole.whl those of libraries, licences and others,
 * half.whl only others.
 */
export function fakeWheel(name: string): Wheel {
  const sha256 = createHash('sha256')
    .update(readFileSync(fixture(name)))
    .digest('hex');
  return { requirement: 'fake==1.0', platform: 'any', size: 3, sha256 };
}

/** Puts a pip into a folder that copies a fixture where a download belongs. */
export function downloading(name: string, folder: string): Promise<void> {
  const find = 'dest=; last=; for a in "$@"; do [ "$last" = --dest ] && dest=$a; last=$a; done';
  return installPip(folder, `${find}\nexec /bin/cp '${fixture(name)}' "$dest"`);
}

/** Puts a pip into a folder that writes a line to a file `began` there and runs a script. */
export async function installPip(folder: string, script: string): Promise<void> {
  const pip = join(folder, 'pip');
  await writeFile(pip, `#!/bin/sh\n[ "$1" = --version ] && exit 0\necho >>'${folder}/began'\n${script}\n`);
  await chmod(pip, 0o755);
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}
