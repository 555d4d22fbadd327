import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The file of a policy: the one given or, in the folder of a run, the best, or the last where none was evaluated.
 *
 * @throws Error where there is none
 */
export function policyIn(path: string, option = '--policy'): string {
  if (!existsSync(path))
    throw new Error(`${option} ${path}: no such file, expected a policy or a run folder`);
  if (!statSync(path).isDirectory()) return path;
  const names = ['best.safetensors', 'last.safetensors'];
  const found = names.map((name) => join(path, name)).find((file) => existsSync(file));
  if (found === undefined)
    throw new Error(
      `${option} ${path}: a folder without ${names.join(' or ')}, expected a policy or a run folder`,
    );
  return found;
}
