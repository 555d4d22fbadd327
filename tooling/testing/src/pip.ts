import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Puts a pip3 into a folder that answers --version, and runs a shell script for anything else, with `$dest` what follows --dest. */
export async function installPip(folder: string, script: string): Promise<void> {
  const pip = join(folder, 'pip3');
  const find = 'dest=; last=; for a in "$@"; do [ "$last" = --dest ] && dest=$a; last=$a; done';
  await writeFile(pip, `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${find}\n${script}\n`);
  await chmod(pip, 0o755);
}
