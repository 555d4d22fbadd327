import { type Command, Option } from 'commander';
import { z } from 'zod';

import { type Output, type OutputOptions, withOutput, withOutputOptions } from '../output/output.ts';
import { kebab, layered } from './option-layers.ts';
import { presetsOf } from './presets.ts';

/** What the command line holds besides the options of a schema. */
interface Extra extends OutputOptions {
  readonly preset?: string;
  readonly config?: string;
  readonly set?: readonly string[];
}

type Named = Readonly<Record<string, string>>;

/**
 * Gives a command the fields of a schema as options: `denoisingSteps` becomes `--denoising-steps <value>`.
 *
 * Values are read as YAML where the schema does not take them as text, so `--hidden [256,256]` and `--norm-adv false` work.
 * The last one counts: default, `--preset`, `--config`, `--set`, option on the command line.
 */
export function withOptions<S extends z.ZodObject>(
  command: Command,
  schema: S,
  run: (options: z.output<S>, output: Output) => Promise<void>,
): Command {
  const name = command.name();
  command.showHelpAfterError(`(dppo ${name} --help lists the options)`);
  const presets = presetsOf(name);
  if (presets.length > 0) command.option('--preset <name>', `options of a known task: ${presets.join(', ')}`);
  command
    .option('--config <file>', 'YAML or JSON file of options')
    .option('--set <name=value>', 'an option by its name in files; may be repeated', append);
  withOutputOptions(command);
  const fields: Readonly<Record<string, z.ZodType>> = schema.shape;
  for (const [key, field] of Object.entries(fields)) command.addOption(optionOf(key, field));
  return command.action(
    async ({ preset, config, set = [], quiet = false, json = false, ...named }: Extra & Named) => {
      const line = {
        set,
        named,
        ...(preset !== undefined && { preset }),
        ...(config !== undefined && { config }),
      };
      const all = layered(name, fields, line);
      const parsed = schema.safeParse(all);
      if (!parsed.success) throw new Error(explain(parsed.error.issues[0], all, config ?? preset));
      await withOutput({ quiet, json }, (output) => run(parsed.data, output));
    },
  );
}

function append(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function optionOf(key: string, field: z.ZodType): Option {
  const { enum: choices } = z.toJSONSchema(field, { io: 'input' });
  const value = field.safeParse(true).success ? '[value]' : '<value>';
  const option = new Option(`--${kebab(key)} ${value}`, field.description ?? '');
  if (choices)
    option.description = option.description.replace(/(?= \[default)|$/, ` (${choices.join(', ')})`);
  const standard = field.safeParse(undefined);
  if (!standard.success) option.description += ' [required]';
  else if (standard.data !== undefined) option.description += ` [default: ${JSON.stringify(standard.data)}]`;
  return option;
}

/** One sentence: the option, what was found, what was expected. */
function explain(issue: z.core.$ZodIssue, given: Record<string, unknown>, source = 'the run folder'): string {
  if (issue.code === 'unrecognized_keys') return `${source}: unknown option ${issue.keys.join(', ')}`;
  const [key] = issue.path.map(String);
  const option = `--${kebab(key)}`;
  if (given[key] === undefined) return `${option} is missing`;
  return `${option}: found ${JSON.stringify(given[key])}; ${issue.message}`;
}
