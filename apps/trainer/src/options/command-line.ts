import { type Command, Option } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';

import { type Output, type OutputOptions, withOutput, withOutputOptions } from '../output/output.ts';
import { printable } from '../output/printable.ts';
import { foundThere } from './auto-resume.ts';
import { expectation } from './explain.ts';
import {
  type Fields,
  isListOfTexts,
  kebab,
  layered,
  type Line,
  ourName,
  wholePaths,
} from './option-layers.ts';
import { presetOption, presetsOf } from './presets.ts';
import { descriptionIn, related } from './relation.ts';

/** What the command line holds besides the options of a schema. */
interface Extra extends OutputOptions {
  readonly config?: string;
  readonly set?: readonly string[];
  readonly printConfig?: boolean;
}

type Named = Readonly<Record<string, string>>;

/** What a check found, and the options as they are then run: nothing in them is left open that it decides. */
export interface Checked {
  readonly options: object;
}

/** What a command does with its options. */
export interface Work<Options, C extends Checked> {
  /** Refuses what cannot end well; makes nothing, and is quick. */
  readonly check: (options: Options) => C | Promise<C>;
  readonly run: (checked: C, output: Output) => Promise<void>;
}

/**
 * Gives a command the fields of a schema as options: `denoisingSteps` becomes `--denoising-steps <value>`.
 *
 * Values are read as YAML where the schema does not take them as text, so `--hidden 256,256` and `--norm-adv false` work.
 * The last one counts: default, preset, `--config`, `--set`, option on the command line.
 */
export function withOptions<S extends z.ZodObject, C extends Checked>(
  command: Command,
  schema: S,
  { check, run }: Work<z.output<S>, C>,
): Command {
  const name = command.name();
  const fields: Fields = schema.shape;
  command
    .showHelpAfterError(`(dppo ${name} --help lists the options)`)
    .configureOutput({ outputError: (text, write) => write(withOurName(text, fields)) });
  const presetBy = presetOption(name);
  const presets = presetsOf(name);
  if (presets.length > 0)
    command.option(`--${presetBy} <name>`, `options of a known task: ${presets.join(', ')}`);
  command
    .option('--config <file>', 'YAML or JSON file of options')
    .option('--set <name=value>', 'an option by its name in files; may be repeated', append)
    .option('--print-config', 'print the options that would be run, and do nothing else');
  withOutputOptions(command);
  for (const key of Object.keys(fields)) command.addOption(optionOf(key, schema));
  return command.action(
    async ({
      config,
      set = [],
      quiet = false,
      json = false,
      printConfig = false,
      ...rest
    }: Extra & Named) => {
      const { [presetBy]: preset, ...named } = rest;
      const line = {
        set,
        named,
        ...(preset !== undefined && { preset }),
        ...(config !== undefined && { config }),
      };
      const { options: asked, given } = readLine(name, schema, line);
      const found = foundThere(name, fields, asked, given);
      const checked = await check(found === undefined ? asked : parsed(schema, found));
      if (printConfig) process.stdout.write(printable(stringify(wholePaths(checked.options, '.'))));
      else await withOutput({ quiet, json }, (output) => run(checked, output));
    },
  );
}

function append(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/**
 * The options that a line asks for, with their defaults, and the names of those that are none.
 *
 * @throws Error naming one that is unknown, not as the schema wants it, or beyond what another allows
 */
export function readLine<S extends z.ZodObject>(
  name: string,
  schema: S,
  line: Line,
): { readonly options: z.output<S>; readonly given: readonly string[] } {
  const all = layered(name, schema.shape, line);
  return { options: withinBounds(name, schema, line, all), given: Object.keys(all) };
}

/** @throws Error naming an option that is not as the schema wants it */
function parsed<S extends z.ZodObject>(schema: S, options: Readonly<Record<string, unknown>>): z.output<S> {
  const { success, data, error } = schema.safeParse(options);
  if (success) return data;
  throw new Error(explain(error.issues[0], options, schema.shape));
}

/** What a preset says counts as defaults do; the options of a run that goes on were held against one another when it began. */
function withinBounds<S extends z.ZodObject>(
  name: string,
  schema: S,
  line: Line,
  all: Readonly<Record<string, unknown>>,
): z.output<S> {
  const options = parsed(schema, all);
  if (options['resume'] !== undefined) return options;
  const { preset: _, ...given } = line;
  return related(schema, options, layered(name, schema.shape, given), all);
}

function optionOf(key: string, schema: z.ZodObject): Option {
  const field: z.ZodType = schema.shape[key];
  const { enum: choices } = z.toJSONSchema(field, { io: 'input' });
  const value = field.safeParse(true).success ? '[value]' : '<value>';
  const option = new Option(`--${kebab(key)} ${value}`, descriptionIn(schema, key));
  if (choices)
    option.description = option.description.replace(/(?= \[default)|$/, ` (${choices.join(', ')})`);
  // Its items are given one by one as well.
  if (isListOfTexts(field))
    option.argParser((text, before?: string) => [before, text].filter(Boolean).join(','));
  const standard = field.safeParse(undefined);
  if (!standard.success) option.description += ' [required]';
  else if (standard.data !== undefined) option.description += ` [default: ${JSON.stringify(standard.data)}]`;
  return option;
}

/** Says what an unknown option is called here where its name is the reference's. */
function withOurName(text: string, fields: Fields): string {
  const [, name] = /unknown option '--([\w.]+)/.exec(text) ?? [];
  const hint = name === undefined ? '' : ourName(name, fields);
  return hint === '' ? text : `error: unknown option --${name}${hint}\n`;
}

/** One sentence: the option, what was found, what was expected. */
function explain(issue: z.core.$ZodIssue, given: Record<string, unknown>, fields: Fields): string {
  const [key, ...rest] = issue.path.map(String);
  const option = `--${kebab(key)}`;
  if (given[key] === undefined) return `${option} is missing: ${fields[key].description}`;
  return `${option}: found ${JSON.stringify(given[key])}, wanted ${placed(expectation(issue), rest)}`;
}

/** What was expected at a place in a list, or of a setting. */
function placed(expected: string, path: readonly string[]): string {
  if (path.length === 0) return expected;
  const at = Number(path[0]) + 1;
  return Number.isNaN(at) ? `${expected} as ${path.join('.')}` : `a list with ${expected} at place ${at}`;
}
