import { basename, join } from 'node:path';

import { type JsonBudget, parseJson, readBytes } from '@dppo/files';

/** A configuration has dozens of values. */
const budget: JsonBudget = { values: 10_000, depth: 16 };

/** The JSON in a file of a few values. */
export async function jsonIn(file: string): Promise<unknown> {
  const text = new TextDecoder().decode(await readBytes(file));
  return parseJson(text, budget, file);
}

/**
 * The file `name` of a folder, which another of its files, `by`, names.
 *
 * @throws Error where that would lie elsewhere
 */
export function besides(folder: string, name: string, by: string): string {
  if (basename(name) !== name || name === '..' || name === '.')
    throw new Error(`${by}: names the file ${JSON.stringify(name)}, wanted one of its own folder`);
  return join(folder, name);
}
