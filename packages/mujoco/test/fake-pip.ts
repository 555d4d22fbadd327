import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { installPip } from '@dppo/testing/pip';
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

/** Puts a pip into a folder that copies a fixture where a download belongs, and writes a line to a file `began` beside it. */
export async function downloading(name: string, folder: string): Promise<void> {
  await installPip(folder, `echo >>'${folder}/began'\nexec /bin/cp '${fixture(name)}' "$dest"`);
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}
