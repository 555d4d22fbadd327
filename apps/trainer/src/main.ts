#!/usr/bin/env node
import { Command } from 'commander';

import { commandOf } from './command-line.ts';
import { evaluate } from './evaluate.ts';
import { finetune } from './finetune.ts';
import { importPolicy } from './import-policy.ts';
import * as options from './options.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const program = new Command('dppo')
  .description('Diffusion Policy Policy Optimization: pre-train, fine-tune and evaluate diffusion policies')
  .option('--stack-trace', 'show where an error came from');

program.addCommand(
  commandOf('finetune', 'fine-tune a pre-trained diffusion policy with DPPO', options.finetune, async (given) => {
    await finetune(given, say);
  }),
);
program.addCommand(
  commandOf('evaluate', 'mean return of whole episodes, deterministic sampling', options.evaluate, (given) => evaluate(given, say)),
);
program.addCommand(
  commandOf('import', 'make a policy file of weights by their PyTorch names', options.importPolicy, (given) => importPolicy(given, say)),
);

try {
  await program.parseAsync();
} catch (error) {
  const stack = program.opts<{ stackTrace?: boolean }>().stackTrace === true;
  process.stderr.write(`dppo: ${error instanceof Error ? (stack ? error.stack : error.message) : String(error)}\n`);
  process.exitCode = 1;
}
