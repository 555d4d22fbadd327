import { existsSync } from 'node:fs';

/** @throws Error if there is a file already: nothing is overwritten. */
export function refuseExisting(path: string, option: string): void {
  if (existsSync(path))
    throw new Error(`${option} ${path}: exists already, wanted a new name; nothing is overwritten`);
}
