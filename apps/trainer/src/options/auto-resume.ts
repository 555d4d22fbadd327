import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { changeable, type Fields, kebab, readOptions, wholePaths } from './option-layers.ts';

type Options = Readonly<Record<string, unknown>>;

/**
 * The options of the run in `runDir`, or of the recording in `outDir`, where `autoResume` asks for it and it is there: its own, and those that may change.
 *
 * @param given - names of the options that are no defaults
 * @throws Error naming an option that the run began with otherwise; of a file that the run keeps a copy of, the copy tells later
 */
export function foundThere(
  command: string,
  fields: Fields,
  options: Options,
  given: readonly string[],
): Options | undefined {
  const { autoResume, resume } = options;
  if (autoResume !== true) return undefined;
  const folder = 'runDir' in fields ? 'runDir' : 'outDir';
  const dir = options[folder];
  if (resume !== undefined) throw new Error('--auto-resume: found with --resume, wanted one of them');
  if (typeof dir !== 'string')
    throw new Error(`--auto-resume: found without --${kebab(folder)}, wanted the folder of the run as well`);
  const file = join(dir, 'config.yaml');
  if (!existsSync(file)) return undefined;
  const began: Options = readOptions('--auto-resume', file, fields);
  const whole: Options = wholePaths(options, '.');
  const others = given.filter((key) => ![folder, 'autoResume'].includes(key));
  const isFree = (key: string): boolean =>
    (changeable[command] ?? []).includes(key) || isCopy(began[key], dir);
  const other = others.find((key) => !isFree(key) && !isSame(fields, key, whole[key], began[key]));
  if (other !== undefined) {
    const [found, wanted] = [options[other], began[other]].map(
      (value) => JSON.stringify(value) ?? 'it left out',
    );
    throw new Error(
      `--${kebab(other)}: found ${found}, wanted ${wanted}, which the run in --${kebab(folder)} ${dir} began with; another run needs another folder`,
    );
  }
  const free = Object.fromEntries(others.filter(isFree).map((key) => [key, options[key]]));
  return { ...began, ...free, resume: dir, autoResume };
}

/** Whether an option names a file in the run's own folder. */
function isCopy(value: unknown, runDir: string): boolean {
  return typeof value === 'string' && dirname(value) === resolve(runDir);
}

function isSame(fields: Fields, key: string, found: unknown, began: unknown): boolean {
  // What is left to the trainer was decided by it when the run began.
  if (key === 'jit' && found === 'auto') return true;
  const { data = began } = fields[key].safeParse(began);
  return isDeepStrictEqual(found, data);
}
