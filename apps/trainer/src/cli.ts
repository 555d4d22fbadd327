import { checkNode } from '@dppo/wheels';
import { Command } from 'commander';

import { printable } from './output/printable.ts';

interface Entry {
  readonly about: string;
  readonly load: () => Promise<{
    /** Gives a command its options and what it does. */
    readonly command: (base: Command) => Command;
  }>;
}

const commands: Readonly<Record<string, Entry>> = {
  expert: {
    about: 'train a Gaussian policy with PPO, to record demonstrations of',
    load: () => import('./commands/expert.ts'),
  },
  collect: {
    about: 'record whole episodes of a policy',
    load: () => import('./commands/collect.ts'),
  },
  demonstrate: {
    about: 'record the scripted demonstrator of avoid, lift, can or square',
    load: () => import('./commands/demonstrate.ts'),
  },
  data: {
    about: 'demonstrations of other projects: show what is in them, import them',
    load: () => import('./commands/data.ts'),
  },
  pretrain: {
    about: 'pre-train a diffusion policy on demonstrations',
    load: () => import('./commands/pretrain.ts'),
  },
  distil: {
    about: 'make a flow, which acts in few steps, of a diffusion policy',
    load: () => import('./commands/distil.ts'),
  },
  start: {
    about: 'fine-tune the policy that comes with dppo for a few minutes',
    load: () => import('./commands/start.ts'),
  },
  finetune: {
    about: 'fine-tune a pre-trained diffusion policy with DPPO',
    load: () => import('./commands/finetune.ts'),
  },
  sweep: {
    about: 'fine-tune by many options and seeds, side by side, and stop what is hopeless',
    load: () => import('./commands/sweep.ts'),
  },
  worker: {
    about: 'compute for a fine-tuning or an evaluation on another machine',
    load: () => import('./commands/worker.ts'),
  },
  evaluate: {
    about: 'mean return of whole episodes, deterministic sampling',
    load: () => import('./commands/evaluate.ts'),
  },
  cluster: {
    about: 'runs on many machines: init makes what their server needs',
    load: () => import('./commands/cluster.ts'),
  },
  serve: {
    about: 'answer observations by the actions of a policy, over HTTP and WebSocket',
    load: () => import('./commands/serve.ts'),
  },
  export: {
    about: 'write a policy for PyTorch or ONNX',
    load: () => import('./commands/export.ts'),
  },
  import: {
    about: 'make a policy file of a checkpoint of the reference',
    load: () => import('./commands/import.ts'),
  },
  render: {
    about: 'film an episode of a policy, deterministic sampling',
    load: () => import('./commands/render.ts'),
  },
  report: {
    about: 'write the page about a run: report.html in its folder',
    load: () => import('./commands/report.ts'),
  },
  plot: {
    about: 'draw the evaluations of several runs into one picture',
    load: () => import('./commands/plot.ts'),
  },
  'plot-trajectories': {
    about: 'draw where things go under a policy for avoid or pusht, before and after fine-tuning',
    load: () => import('./commands/plot-trajectories.ts'),
  },
  compare: {
    about: 'runs side by side: the options in which they differ, and what they came to',
    load: () => import('./commands/compare.ts'),
  },
  doctor: {
    about:
      'what is installed and works, to read or to paste into an issue; exits with 1 where dppo cannot work',
    load: () => import('./commands/doctor.ts'),
  },
  presets: {
    about: 'list the options that come with dppo for known tasks, or print those of one',
    load: () => import('./commands/presets.ts'),
  },
  schema: {
    about: "print the JSON Schema of a command's file of options, for editors",
    load: () => import('./commands/schema.ts'),
  },
};

const program = new Command('dppo')
  .description('Diffusion Policy Policy Optimization: pre-train, fine-tune and evaluate diffusion policies')
  .option('--stack-trace', 'show where an error came from')
  .configureHelp({ subcommandTerm: (command) => command.name() });

// Only the command that is asked for is loaded: the help of all of them needs none.
const asked = process.argv.slice(2).find((word) => Object.hasOwn(commands, word));

try {
  checkNode();
  for (const [name, { about, load }] of Object.entries(commands)) {
    const base = new Command(name).description(about);
    program.addCommand(name === asked ? (await load()).command(base) : base);
  }
  await program.parseAsync();
} catch (error) {
  const stack = program.opts<{ stackTrace?: boolean }>().stackTrace === true;
  const text = error instanceof Error ? (stack && error.stack) || error.message : String(error);
  process.stderr.write(`dppo: ${printable(text)}\n`);
  process.exitCode = 1;
}
