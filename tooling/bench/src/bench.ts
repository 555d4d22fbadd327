// pnpm bench: the time of each phase of a training iteration of the Hopper preset, beside PyTorch or another revision if asked.
import { arch, cpus, totalmem } from 'node:os';

import { pythonWith } from '@dppo/testing/python';
import { Command, InvalidArgumentError, Option } from 'commander';

import { contender, type Contender, ours } from './contender.ts';
import { growth } from './growth.ts';
import type { Sizes } from './job.ts';
import { measure } from './measure.ts';
import { iterationName } from './phase.ts';
import { table } from './table.ts';
import { workTree } from './work-tree.ts';

const variants = {
  graphs: { compile: { jit: false } },
  bfloat16: { compile: { jit: true, precision: 'bfloat16' } },
} as const satisfies Record<string, Sizes>;

const program = new Command('bench')
  .description('time, per phase, of one training iteration of the Hopper preset')
  .addOption(
    new Option('--also <variants...>', 'beside variants of ours: graphs instead of machine code, bfloat16')
      .choices(Object.keys(variants))
      .default([]),
  )
  .option('--torch <modes...>', 'beside PyTorch: eager, compile, bfloat16')
  .option(
    '--python <path>',
    'a Python that has tooling/bench/torch/requirements.txt [default: one made for it]',
  )
  .option('--compare <revision>', 'beside another revision of this repository')
  .option('--growth', 'instead, how time and memory grow with each size of the preset')
  .option('--phases <texts...>', 'only phases whose name contains one of these', [''])
  .option('--rounds <count>', 'measurements of each phase, of which the median counts', positive, 3)
  .parse();
const options = program.opts<{
  also: (keyof typeof variants)[];
  torch?: string[];
  python?: string;
  compare?: string;
  growth?: true;
  phases: string[];
  rounds: number;
}>();

const root = new URL('../../..', import.meta.url).pathname;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0)) throw new InvalidArgumentError('expected a positive integer');
  return value;
}

/** What starts each contender, by its name. */
function programs(): Record<string, () => Promise<Contender>> {
  const { also, compare, torch = [], python } = options;
  const started: Record<string, () => Promise<Contender>> = { here: () => ours({}, { cwd: root }) };
  for (const name of also) started[name] = () => ours(variants[name], { cwd: root });
  if (compare !== undefined) {
    const cwd = workTree(compare);
    started[compare] = () => ours({}, { cwd });
  }
  for (const mode of torch) {
    const path = python ?? pythonWith(new URL('../torch/', import.meta.url));
    const words = ['tooling/bench/torch/serve.py', mode];
    started[`PyTorch ${mode}`] = () => contender(path, words, { cwd: root });
  }
  return started;
}

async function comparison(): Promise<void> {
  const starts = Object.entries(programs());
  let contenders: Record<string, Contender> = {};
  const restart = async (): Promise<void> => {
    for (const each of Object.values(contenders)) each.close();
    contenders = {};
    for (const [name, start] of starts) contenders[name] = await start();
  };
  await restart();
  try {
    for (const [name, { about }] of Object.entries(contenders)) say(`${name}: ${about}`);
    const all = contenders['here'].phases;
    const facts = all.filter(({ name }) => options.phases.some((text) => name.includes(text)));
    if (facts.length === 0) {
      const names = all.map(({ name }) => name).join('; ');
      program.error(`error: --phases is "${options.phases.join('", "')}", expected parts of: ${names}`);
    }
    const results = [];
    for (const phase of facts) {
      process.stderr.write(`${phase.name} …\n`);
      // What the other phases hold is no part of its memory.
      if (phase.name.startsWith(iterationName)) await restart();
      results.push({ phase, measured: await measure(contenders, phase.name, options.rounds) });
    }
    say(`\n${table(results, Object.keys(contenders))}`);
  } finally {
    for (const each of Object.values(contenders)) each.close();
  }
}

// Ends by `exit`, for what is to be removed then.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
const [{ model }] = cpus();
say(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${model.trim()} (${arch()}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
);
if (options.growth) for await (const each of growth(options.rounds, root)) say(`\n${each}`);
else await comparison();
