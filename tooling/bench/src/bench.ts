// pnpm bench: the time of each phase of a training iteration of the Hopper preset, beside PyTorch or another revision if asked.
import { arch, cpus, totalmem } from 'node:os';

import { Command, InvalidArgumentError } from 'commander';

import { compareRevision } from './compare-revision.ts';
import { contender, type Contender, type Measured } from './contender.ts';
import { pythonWithTorch } from './python.ts';
import { table } from './table.ts';

// Longer phases are measured once.
const longSeconds = 15;

const program = new Command('bench')
  .description('time, per phase, of one training iteration of the Hopper preset')
  .option('--torch <modes...>', 'beside PyTorch: eager, compile, bfloat16')
  .option(
    '--python <path>',
    'a Python that has tooling/bench/torch/requirements.txt [default: one made for it]',
  )
  .option('--compare <revision>', 'beside another revision of this repository')
  .option('--phases <text>', 'only phases whose name contains this', '')
  .option('--rounds <count>', 'measurements of each phase, of which the median counts', positive, 5)
  .parse();
const { torch, python, compare, phases, rounds } = program.opts<{
  torch?: string[];
  python?: string;
  compare?: string;
  phases: string;
  rounds: number;
}>();

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0)) throw new InvalidArgumentError('expected a positive integer');
  return value;
}

const serve = ['--conditions=@dppo/source', '--import', 'tsx', 'tooling/bench/src/serve.ts'];
const root = new URL('../../..', import.meta.url).pathname;

async function start(): Promise<Record<string, Contender>> {
  const started: Record<string, Contender> = {
    here: await contender(process.execPath, serve, { cwd: root }),
  };
  if (compare !== undefined) {
    started[compare] = await compareRevision(compare, (cwd) => contender(process.execPath, serve, { cwd }));
  }
  for (const mode of torch ?? []) {
    const path = python ?? pythonWithTorch();
    started[`PyTorch ${mode}`] = await contender(path, ['tooling/bench/torch/serve.py', mode], { cwd: root });
  }
  return started;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** The first run warms up, unless it is a long one. */
async function measure(
  contenders: Readonly<Record<string, Contender>>,
  phase: string,
): Promise<Record<string, Measured>> {
  const runs: Record<string, Measured[]> = {};
  const able = Object.entries(contenders).filter(([, each]) =>
    each.phases.some(({ name }) => name === phase),
  );
  for (let round = 0; round <= rounds; round++) {
    for (const [name, each] of able) {
      const measured = await each.measure(phase);
      runs[name] = [...(round === 1 && runs[name][0].wall < longSeconds ? [] : (runs[name] ?? [])), measured];
    }
    if (Object.values(runs).some(([first]) => first.wall >= longSeconds)) break;
  }
  return Object.fromEntries(
    Object.entries(runs).map(([name, all]) => [
      name,
      {
        wall: median(all.map(({ wall }) => wall)),
        cpu: median(all.map(({ cpu }) => cpu)),
        rss: Math.max(...all.map(({ rss }) => rss)),
      },
    ]),
  );
}

// Ends by `exit`, for what is to be removed then.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const contenders = await start();
try {
  const [{ model }] = cpus();
  say(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${model.trim()} (${arch()}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
  );
  for (const [name, { about }] of Object.entries(contenders)) say(`${name}: ${about}`);
  const facts = contenders.here.phases.filter(({ name }) => name.includes(phases));
  const results = [];
  for (const phase of facts) {
    process.stderr.write(`${phase.name} …\n`);
    results.push({ phase, measured: await measure(contenders, phase.name) });
  }
  say(`\n${table(results, Object.keys(contenders))}`);
} finally {
  for (const each of Object.values(contenders)) each.close();
}
