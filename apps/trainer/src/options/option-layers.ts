import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { aboutFile } from '@dppo/files';
import { z } from 'zod';

import { ofCluster } from '../cluster/cluster-options.ts';
import { wholeLogger } from '../loggers/logger-text.ts';
import { isTaskFile } from '../tasks/task-place.ts';
import { presetFile, presetOption } from './presets.ts';
import { oursFor } from './reference-names.ts';
import { mostOptions, readYaml, yamlIn } from './yaml-file.ts';

export type Fields = Readonly<Record<string, z.ZodType>>;

/** What stands on a command line: the options by name, and where more of them come from. */
export interface Line {
  readonly preset?: string;
  readonly config?: string;
  readonly set: readonly string[];
  readonly named: Readonly<Record<string, string>>;
}

/** What may be another when the work of a command goes on. */
export const changeable: Readonly<Record<string, readonly string[]>> = {
  finetune: ['iterations', 'maxMinutes', 'workers', 'envTimeout', 'dashboard', 'logger', ...ofCluster],
  expert: ['maxEnvSteps', 'targetReturn', 'workers', 'envTimeout', 'logger'],
  pretrain: ['logger'],
  distil: ['logger', 'workers', 'envTimeout'],
  collect: ['workers', 'envTimeout'],
  demonstrate: ['workers'],
  sweep: ['jobs', ...ofCluster],
};

/** Options that name files: in a file of options, relative to its folder. */
const paths = new Set([
  'data',
  'normalization',
  'policy',
  'weights',
  'before',
  'after',
  'out',
  'outDir',
  'html',
  'resume',
  'run',
  'runDir',
  'tokenFile',
  'credentials',
  'ca',
]);

/**
 * The options of a command: a preset's, over them those of a file, over them `--set`, over them the named ones.
 * A run that goes on, by `resume` in any of them, has the options in its folder.
 *
 * @throws Error naming the option, file or preset that is not there, or may not change
 */
export function layered(command: string, fields: Fields, line: Line): Record<string, unknown> {
  const given = {
    ...(line.preset !== undefined &&
      readOptions(`--${presetOption(command)}`, presetFile(command, line.preset), fields)),
    ...(line.config !== undefined && readOptions('--config', line.config, fields)),
    ...Object.fromEntries(line.set.map((text) => assignment(fields, text))),
    ...Object.fromEntries(Object.entries(line.named).map(([key, text]) => [key, valueOf(fields[key], text)])),
  };
  const { resume } = given;
  if (typeof resume !== 'string' || !('resume' in fields)) return given;
  const mayChange = changeable[command] ?? [];
  const refused = Object.keys(given).find((key) => key !== 'resume' && !mayChange.includes(key));
  if (refused !== undefined) {
    throw new Error(
      `--${kebab(refused)}: found with --resume, which takes the run's own options; ${mayChange.length === 0 ? 'none' : `only ${mayChange.join(', ')}`} may change`,
    );
  }
  if (!existsSync(join(resume, 'config.yaml')))
    throw new Error(`--resume ${resume}: no config.yaml in it, wanted the folder of a run`);
  return { ...readOptions('--resume', join(resume, 'config.yaml'), fields), ...given };
}

function assignment(fields: Fields, text: string): [key: string, value: unknown] {
  const [key, ...value] = text.split('=');
  if (value.length === 0) throw new Error(`--set ${text}: wanted name=value, such as gamma=0.999`);
  if (!Object.hasOwn(fields, key))
    throw new Error(`--set ${text}: unknown option ${key}${ourName(key, fields)}`);
  return [key, valueOf(fields[key], value.join('='))];
}

/** A value is read as YAML where the option does not take it as text, or as the items of a list. */
function valueOf(field: z.ZodType, text: string): unknown {
  const readings = [text, ...[text, `[${text}]`].map((source) => reading(source))];
  return readings.find((value) => field.safeParse(value).success) ?? readings[isListOfTexts(field) ? 2 : 1];
}

/** Whether an option is a list whose items are texts. */
export function isListOfTexts(field: z.ZodType): boolean {
  const { items } = z.toJSONSchema(field, { io: 'input' });
  return typeof items === 'object' && 'type' in items && items.type === 'string';
}

function reading(text: string): unknown {
  try {
    return yamlIn(text);
  } catch {
    return text; // What is not YAML is not what the option wants either, and is refused as such.
  }
}

/**
 * The options in a file, with whole paths.
 *
 * @throws Error naming the file where it is none of options
 */
export function readOptions(option: string, file: string, fields: Fields): Record<string, unknown> {
  if (!existsSync(file)) throw new Error(`${option} ${file}: no such file`);
  if (statSync(file).isDirectory()) throw new Error(`${option} ${file}: a folder, wanted a file of options`);
  const value = readYaml(file, `${option} ${file}`, mostOptions);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw aboutFile(`${option} ${file}`, `found ${JSON.stringify(value)}, wanted options by name`);
  // JSON files name the schema that editors check them by.
  const entries = Object.entries(value).filter(([key]) => key !== '$schema');
  const unknown = entries.find(([key]) => !Object.hasOwn(fields, key))?.[0];
  if (unknown !== undefined)
    throw new Error(`${option} ${file}: unknown option ${unknown}${ourName(unknown, fields)}`);
  return wholePaths(Object.fromEntries(entries), dirname(file));
}

/** Options with the files that they name by their whole paths, from a folder; those within options, and each of several, too. */
export function wholePaths(options: object, folder: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]: [string, unknown]) => [key, whole(key, value, folder)]),
  );
}

function whole(key: string, value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => whole(key, item, folder));
  if (typeof value === 'object' && value !== null) return wholePaths(value, folder);
  if (typeof value !== 'string') return value;
  if (key === 'logger') return wholeLogger(value, folder);
  return namesFile(key, value) ? resolve(folder, value) : value;
}

function namesFile(key: string, text: string): boolean {
  return paths.has(key) || (key === 'environment' && isTaskFile(text));
}

/** Of an unknown name that is the reference's: what the option is called here. */
export function ourName(name: string, fields: Fields): string {
  const ours = oursFor(name, Object.keys(fields));
  return ours === undefined
    ? ''
    : `; the reference's ${name} is --${kebab(ours)} here, ${ours} in files (docs/reference-map.md)`;
}

export function kebab(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
