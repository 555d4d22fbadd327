import type { Command } from 'commander';
import { z } from 'zod';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { descriptionIn } from '../options/relation.ts';
import { collectOptions } from '../pretrain/collect-options.ts';
import { distilOptions } from '../pretrain/distil-options.ts';
import { expertOptions } from '../pretrain/expert-options.ts';
import { pretrainOptions } from '../pretrain/pretrain-options.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { sweepOptions } from '../sweep/sweep-options.ts';

const schemas: Readonly<Record<string, z.ZodObject>> = {
  collect: collectOptions,
  distil: distilOptions,
  evaluate: evaluateOptions,
  expert: expertOptions,
  finetune: finetuneOptions,
  pretrain: pretrainOptions,
  sweep: sweepOptions,
};

/** Names of the commands whose files of options editors can check. */
export const configurable: readonly string[] = Object.keys(schemas);

/**
 * The JSON Schema of a command's file of options, for editors; every option may be left out of a file.
 *
 * @throws Error for another name
 */
export function configSchema(command: string): object {
  if (!Object.hasOwn(schemas, command))
    throw new Error(`schema: found ${command}, wanted one of ${configurable.join(', ')}`);
  const schema = z.toJSONSchema(schemas[command].partial(), { io: 'input' });
  // Bounds that other options set stand in the description: JSON Schema has no other place for them.
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    { ...Object(property), description: descriptionIn(schemas[command], name) },
  ]);
  return {
    ...schema,
    title: `dppo ${command}`,
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
  };
}

export const command = (base: Command): Command =>
  base
    .argument('<command>', configurable.join(', '))
    .action(
      (name: string) => void process.stdout.write(`${JSON.stringify(configSchema(name), undefined, 2)}\n`),
    );
