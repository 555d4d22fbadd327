import { z } from 'zod';

import { collectOptions } from '../commands/collect.ts';
import { evaluateOptions } from '../commands/evaluate.ts';
import { expertOptions } from '../commands/expert.ts';
import { finetuneOptions } from '../commands/finetune.ts';
import { pretrainOptions } from '../commands/pretrain.ts';

const schemas: Readonly<Record<string, z.ZodObject>> = {
  collect: collectOptions,
  evaluate: evaluateOptions,
  expert: expertOptions,
  finetune: finetuneOptions,
  pretrain: pretrainOptions,
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
  return {
    ...schema,
    title: `dppo ${command}`,
    properties: { $schema: { type: 'string' }, ...schema.properties },
  };
}
