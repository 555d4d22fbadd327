import { type Stats, accessSync, constants, statSync } from 'node:fs';

/** What the system knows of a file. Throws an Error that names it where it is missing, no file or not to be read. */
export function checkFile(file: string): Stats {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new Error(`${file} is missing`);
  if (!stats.isFile()) throw new Error(`${file} is not a file`);
  accessSync(file, constants.R_OK);
  return stats;
}
