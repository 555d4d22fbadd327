#!/usr/bin/env node
import { Command } from 'commander';

import { exportOptions } from './export/export-options.ts';
import { startOptions } from './finetune/start-options.ts';
import { importOptions } from './import/import-options.ts';
import { commandOf } from './options/command-line.ts';
import { configSchema, configurable } from './options/config-schema.ts';
import { fileArgument } from './options/file-argument.ts';
import * as options from './options/options.ts';
import { type OutputOptions, withOutput, withOutputOptions } from './output/output.ts';
import { renderOptions } from './pictures/render-options.ts';
import { trajectoryOptions } from './pictures/trajectory-options.ts';
import { demonstrateOptions } from './pretrain/demonstrate-options.ts';
import { reportOptions } from './report/report-options.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const program = new Command('dppo')
  .description('Diffusion Policy Policy Optimization: pre-train, fine-tune and evaluate diffusion policies')
  .option('--stack-trace', 'show where an error came from');

program.addCommand(
  commandOf(
    'expert',
    'train a Gaussian policy with PPO, to record demonstrations of',
    options.expert,
    async (given, { say, live }) => (await import('./pretrain/expert.ts')).expert(given, say, live),
  ),
);
program.addCommand(
  commandOf('collect', 'record whole episodes of a policy', options.collect, async (given, { say, live }) =>
    (await import('./pretrain/collect.ts')).collect(given, say, live),
  ),
);
program.addCommand(
  commandOf(
    'demonstrate',
    'record the scripted demonstrator of avoid',
    demonstrateOptions,
    async (given, { say }) => (await import('./pretrain/demonstrate.ts')).demonstrate(given, say),
  ),
);
program.addCommand(
  commandOf(
    'pretrain',
    'pre-train a diffusion policy on demonstrations',
    options.pretrain,
    async (given, { say, live }) => (await import('./pretrain/pretrain.ts')).pretrain(given, say, live),
  ),
);
program.addCommand(
  commandOf(
    'start',
    'fine-tune the policy that comes with dppo for a few minutes',
    startOptions,
    async (given, { say, live }) => (await import('./finetune/start.ts')).start(given, say, live),
  ),
);
program.addCommand(
  commandOf(
    'finetune',
    'fine-tune a pre-trained diffusion policy with DPPO',
    options.finetune,
    async (given, { say, live }) => (await import('./finetune/finetune.ts')).finetune(given, say, live),
  ),
);
program.addCommand(
  commandOf(
    'evaluate',
    'mean return of whole episodes, deterministic sampling',
    options.evaluate,
    async (given, { say, live }) => (await import('./policy/evaluate.ts')).evaluate(given, say, live),
  ),
);
program.addCommand(
  fileArgument(
    commandOf('export', 'write a policy for PyTorch or ONNX', exportOptions, async (given, { say }) =>
      (await import('./export/export.ts')).exportPolicy(given, say),
    ),
    'policy',
  ),
);
program.addCommand(
  fileArgument(
    commandOf(
      'import',
      'make a policy file of a checkpoint of the reference',
      importOptions,
      async (given, { say }) => (await import('./import/import-policy.ts')).importPolicy(given, say),
    ),
    'weights',
  ),
);
program.addCommand(
  commandOf(
    'render',
    'film an episode of a policy, deterministic sampling',
    renderOptions,
    async (given, { say }) => (await import('./pictures/render.ts')).render(given, say),
  ),
);
program.addCommand(
  fileArgument(
    commandOf(
      'report',
      'write the page about a run: report.html in its folder',
      reportOptions,
      async (given, { say }) => (await import('./report/report.ts')).report(given, say),
    ),
    'run',
  ),
);
program
  .command('plot')
  .description('draw the evaluations of several runs into one picture')
  .argument('<runs...>', 'run folders')
  .requiredOption('--out <file>', 'picture to write (.svg)')
  .action(async (runs: string[], { out }: { out: string }) =>
    (await import('./pictures/plot-runs.ts')).plotRuns(runs, out),
  );
program.addCommand(
  commandOf(
    'plot-trajectories',
    'draw where a policy for avoid goes before and after fine-tuning',
    trajectoryOptions,
    async (given, { say }) => (await import('./pictures/plot-trajectories.ts')).plotTrajectories(given, say),
  ),
);
program.addCommand(
  withOutputOptions(new Command('compare'))
    .description('runs side by side: the options in which they differ, and what they came to')
    .argument('<runs...>', 'run folders')
    .action((runs: string[], given: OutputOptions) =>
      withOutput(given, async ({ say, live }) =>
        (await import('./run-folder/compare.ts')).compare(runs, say, live),
      ),
    ),
);
program.addCommand(
  withOutputOptions(new Command('doctor'))
    .description(
      'what is installed and works, to read or to paste into an issue; exits with 1 where dppo cannot work',
    )
    .action((given: OutputOptions) =>
      withOutput(given, async ({ say, live }) => {
        const { doctor } = await import('./doctor/doctor.ts');
        if (!(await doctor(say, live))) process.exitCode = 1;
      }),
    ),
);
program
  .command('schema')
  .description("print the JSON Schema of a command's file of options, for editors")
  .argument('<command>', configurable.join(', '))
  .action((command: string) => print(JSON.stringify(configSchema(command), undefined, 2)));

try {
  await program.parseAsync();
} catch (error) {
  const stack = program.opts<{ stackTrace?: boolean }>().stackTrace === true;
  process.stderr.write(
    `dppo: ${error instanceof Error ? (stack ? error.stack : error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}
