import { existsSync, statSync } from 'node:fs';

/** @throws Error where there is no file of this name */
export function checkFile(path: string, option: string): void {
  if (!existsSync(path)) throw new Error(`${option} ${path}: no such file`);
  if (statSync(path).isDirectory()) throw new Error(`${option} ${path}: a folder, wanted a file`);
}
