import { accessSync, constants, existsSync, lstatSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { filesIn } from './folder-files.ts';
import { checkNotInUse } from './open-folder.ts';
import { refuseExisting } from './refuse-existing.ts';

/** @throws Error where a file of this name is there already, or could not be written when the work is done */
export function checkOut(path: string, option: string): void {
  refuseExisting(path, option);
  try {
    writeFileSync(path, '', { flag: 'wx' });
    rmSync(path);
  } catch (error) {
    throw new Error(`${option} ${path}: cannot be written: ${reasonOf(error, dirname(path))}`, {
      cause: error,
    });
  }
}

/** @throws Error where the file that is written at the end would have to be the folder of the run, or a folder above it */
export function checkApart(out: string, runDir: string | undefined): void {
  if (runDir === undefined) return;
  const [file, folder] = [resolve(out), resolve(runDir)];
  if (file === folder || folder.startsWith(`${file}${sep}`))
    throw new Error(`--out ${out}: found the place of --run-dir ${runDir}, wanted another`);
}

/** @throws Error where the folder has files in it or could not be made */
export function checkOutFolder(path: string, option: string): void {
  let there = resolve(path);
  while (!existsSync(there)) there = dirname(there);
  if (!statSync(there).isDirectory())
    throw new Error(`${option} ${path}: cannot be made: ${there} is a file, wanted a folder`);
  try {
    accessSync(there, constants.W_OK);
    // Names that are too long are refused here, and not when the folder is made.
    for (const name of relative(there, resolve(path)).split(sep))
      lstatSync(join(there, name), { throwIfNoEntry: false });
  } catch (error) {
    throw new Error(`${option} ${path}: cannot be written to: ${reasonOf(error, there)}`, { cause: error });
  }
  checkNotInUse(path);
  const files = filesIn(path);
  if (files.length > 0) {
    throw new Error(
      `${option} ${path}: not empty (${files.length} files, such as ${files[0]}), wanted a new folder; nothing is overwritten`,
    );
  }
}

function reasonOf(error: unknown, folder: string): string {
  if (!existsSync(folder)) return `there is no folder ${folder}`;
  return error instanceof Error ? error.message : String(error);
}
