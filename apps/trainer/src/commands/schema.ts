import type { Command } from 'commander';

import { configSchema, configurable } from '../options/config-schema.ts';

export const command = (base: Command): Command =>
  base
    .argument('<command>', configurable.join(', '))
    .action(
      (name: string) => void process.stdout.write(`${JSON.stringify(configSchema(name), undefined, 2)}\n`),
    );
