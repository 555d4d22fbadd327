#!/usr/bin/env node
import { Command } from 'commander';

import { doctor } from './doctor/doctor.ts';
import { exportPolicy } from './export/export.ts';
import { exportOptions } from './export/export-options.ts';
import { finetune } from './finetune/finetune.ts';
import { start } from './finetune/start.ts';
import { startOptions } from './finetune/start-options.ts';
import { importOptions } from './import/import-options.ts';
import { importPolicy } from './import/import-policy.ts';
import { commandOf } from './options/command-line.ts';
import { configSchema, configurable } from './options/config-schema.ts';
import { fileArgument } from './options/file-argument.ts';
import * as options from './options/options.ts';
import { type OutputOptions, withOutput, withOutputOptions } from './output/output.ts';
import { plotRuns } from './pictures/plot-runs.ts';
import { plotTrajectories } from './pictures/plot-trajectories.ts';
import { render } from './pictures/render.ts';
import { renderOptions } from './pictures/render-options.ts';
import { trajectoryOptions } from './pictures/trajectory-options.ts';
import { evaluate } from './policy/evaluate.ts';
import { collect } from './pretrain/collect.ts';
import { demonstrate } from './pretrain/demonstrate.ts';
import { demonstrateOptions } from './pretrain/demonstrate-options.ts';
import { expert } from './pretrain/expert.ts';
import { pretrain } from './pretrain/pretrain.ts';
import { report } from './report/report.ts';
import { reportOptions } from './report/report-options.ts';
import { compare } from './run-folder/compare.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const program = new Command('dppo')
  .description('Diffusion Policy Policy Optimization: pre-train, fine-tune and evaluate diffusion policies')
  .option('--stack-trace', 'show where an error came from');

program.addCommand(
  commandOf(
    'expert',
    'train a Gaussian policy with PPO, to record demonstrations of',
    options.expert,
    (given, { say, live }) => expert(given, say, live),
  ),
);
program.addCommand(
  commandOf('collect', 'record whole episodes of a policy', options.collect, (given, { say, live }) =>
    collect(given, say, live),
  ),
);
program.addCommand(
  commandOf(
    'demonstrate',
    'record the scripted demonstrator of avoid',
    demonstrateOptions,
    (given, { say }) => demonstrate(given, say),
  ),
);
program.addCommand(
  commandOf(
    'pretrain',
    'pre-train a diffusion policy on demonstrations',
    options.pretrain,
    (given, { say, live }) => pretrain(given, say, live),
  ),
);
program.addCommand(
  commandOf(
    'start',
    'fine-tune the policy that comes with dppo for a few minutes',
    startOptions,
    (given, { say, live }) => start(given, say, live),
  ),
);
program.addCommand(
  commandOf(
    'finetune',
    'fine-tune a pre-trained diffusion policy with DPPO',
    options.finetune,
    (given, { say, live }) => finetune(given, say, live),
  ),
);
program.addCommand(
  commandOf(
    'evaluate',
    'mean return of whole episodes, deterministic sampling',
    options.evaluate,
    (given, { say, live }) => evaluate(given, say, live),
  ),
);
program.addCommand(
  fileArgument(
    commandOf('export', 'write a policy for PyTorch or ONNX', exportOptions, (given, { say }) =>
      exportPolicy(given, say),
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
      (given, { say }) => importPolicy(given, say),
    ),
    'weights',
  ),
);
program.addCommand(
  commandOf(
    'render',
    'film an episode of a policy, deterministic sampling',
    renderOptions,
    (given, { say }) => render(given, say),
  ),
);
program.addCommand(
  fileArgument(
    commandOf(
      'report',
      'write the page about a run: report.html in its folder',
      reportOptions,
      (given, { say }) => report(given, say),
    ),
    'run',
  ),
);
program
  .command('plot')
  .description('draw the evaluations of several runs into one picture')
  .argument('<runs...>', 'run folders')
  .requiredOption('--out <file>', 'picture to write (.svg)')
  .action((runs: string[], { out }: { out: string }) => plotRuns(runs, out));
program.addCommand(
  commandOf(
    'plot-trajectories',
    'draw where a policy for avoid goes before and after fine-tuning',
    trajectoryOptions,
    (given, { say }) => plotTrajectories(given, say),
  ),
);
program.addCommand(
  withOutputOptions(new Command('compare'))
    .description('runs side by side: the options in which they differ, and what they came to')
    .argument('<runs...>', 'run folders')
    .action((runs: string[], given: OutputOptions) =>
      withOutput(given, ({ say, live }) => compare(runs, say, live)),
    ),
);
program.addCommand(
  withOutputOptions(new Command('doctor'))
    .description(
      'what is installed and works, to read or to paste into an issue; exits with 1 where dppo cannot work',
    )
    .action((given: OutputOptions) =>
      withOutput(given, async ({ say, live }) => {
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
