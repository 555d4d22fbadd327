import { existsSync, readFileSync } from 'node:fs';

import { Command, Option } from 'commander';
import { parse } from 'yaml';
import type { z } from 'zod';

/**
 * A command whose options are the fields of a schema: `denoisingSteps` becomes `--denoising-steps <value>`.
 *
 * Values are read as YAML where the schema does not take them as text, so `--hidden [256,256]` and `--norm-adv false` work.
 * A file given by `--config` stands between the defaults and the options on the command line.
 */
export function commandOf<S extends z.ZodObject>(
  name: string,
  description: string,
  schema: S,
  run: (options: z.output<S>) => Promise<void>,
): Command {
  const command = new Command(name)
    .description(description)
    .showHelpAfterError(`(dppo ${name} --help lists the options)`);
  const fields: Readonly<Record<string, z.ZodType>> = schema.shape;
  command.option('--config <file>', 'YAML or JSON file of options');
  for (const [key, field] of Object.entries(fields)) command.addOption(optionOf(key, field));
  return command.action(async ({ config, ...given }: { config?: string } & Record<string, string>) => {
    const fromFile = config === undefined ? {} : readConfig(config);
    const fromLine = Object.fromEntries(
      Object.entries(given).map(([key, text]) => [key, valueOf(fields[key], text)]),
    );
    const all = { ...fromFile, ...fromLine };
    const parsed = schema.safeParse(all);
    if (!parsed.success) throw new Error(explain(parsed.error.issues[0], all, config));
    await run(parsed.data);
  });
}

function optionOf(key: string, field: z.ZodType): Option {
  const option = new Option(`--${kebab(key)} <value>`, field.description ?? '');
  const standard = field.safeParse(undefined);
  if (!standard.success) return option.makeOptionMandatory(false);
  if (standard.data !== undefined) option.description += ` [default: ${JSON.stringify(standard.data)}]`;
  return option;
}

function valueOf(field: z.ZodType, text: string): unknown {
  return field.safeParse(text).success ? text : parse(text);
}

function readConfig(file: string): object {
  if (!existsSync(file)) throw new Error(`--config ${file}: no such file`);
  const value: unknown = parse(readFileSync(file, 'utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`--config ${file}: found ${JSON.stringify(value)}, expected options by name`);
  }
  return value;
}

/** One sentence: the option, what was found, what was expected. */
function explain(
  issue: z.core.$ZodIssue,
  given: Record<string, unknown>,
  config: string | undefined,
): string {
  if (issue.code === 'unrecognized_keys')
    return `--config ${config}: unknown option ${issue.keys.join(', ')}`;
  const [key] = issue.path.map(String);
  const option = `--${kebab(key)}`;
  if (given[key] === undefined) return `${option} is missing`;
  return `${option}: found ${JSON.stringify(given[key])}; ${issue.message}`;
}

function kebab(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
