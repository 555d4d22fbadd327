import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Command } from 'commander';

import { median } from './median.ts';
import { markdown } from './table.ts';
import { trainerWords } from './trainer-words.ts';

interface Options {
  readonly policy: string;
  readonly out: string;
  readonly seeds: number;
  readonly returns: readonly number[];
  readonly episodes: number;
  readonly every: number;
  readonly maxMinutes: number;
}

/** An evaluation of a run, and what the run had taken when it was done. */
interface Evaluated {
  readonly mean: number;
  readonly iteration: number;
  readonly envSteps: number;
  /** Wall and processor time of the run, seconds, evaluations included. */
  readonly wall: number;
  readonly cpu: number;
}

/** Fine-tunes as `how` says, a preset and options after it, until an evaluation reaches the largest of the returns. */
function finetuned(how: string, dir: string, seed: number, options: Options): readonly Evaluated[] {
  const { policy, returns, episodes, every, maxMinutes } = options;
  const settings = {
    policy,
    seed,
    targetReturn: Math.max(...returns),
    evalEpisodes: episodes,
    evalEvery: every,
    maxMinutes,
    runDir: dir,
  };
  const [preset, ...more] = how.split(/\s+/);
  const { status } = spawnSync(
    process.execPath,
    [...trainerWords('finetune', settings), '--preset', preset, ...more],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (status !== 0)
    throw new Error(`bench-return: dppo finetune of "${how}", seed ${seed}, ended with ${status}`);
  return readFileSync(join(dir, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): Readonly<Record<string, number>> => JSON.parse(line))
    .filter((row) => 'eval/mean_reward' in row)
    .map((row) => ({
      mean: row['eval/mean_reward'],
      iteration: row['iteration'],
      envSteps: row['time/env_steps'],
      wall: row['time/seconds'],
      cpu: row['time/cpu_seconds'],
    }));
}

function shown(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0) : 'never';
}

const program = new Command('bench-return')
  .description(
    'seconds from a pre-trained policy to a return, by ways to fine-tune it; alone on the machine, one run after another',
  )
  .argument(
    '<ways...>',
    'each a preset of dppo finetune and options after it, such as "hopper-finetune --ddim-steps 5"',
  )
  .requiredOption('--policy <file>', 'pre-trained policy')
  .requiredOption('--out <folder>', 'where the run folders go')
  .option('--returns <list>', 'returns to come to', (text) => text.split(',').map(Number), [3000, 3200])
  .option('--seeds <count>', 'runs of each way; the table has their median', Number, 3)
  .option('--episodes <count>', 'whole episodes of an evaluation', Number, 40)
  .option('--every <count>', 'iterations between two evaluations', Number, 2)
  .option('--max-minutes <minutes>', 'that a run may take', Number, 30)
  .parse();
const options = program.opts<Options>();
const rows = program.args.flatMap((how, way) => {
  const seeds = Array.from({ length: options.seeds }, (_, seed) => seed);
  const runs = seeds.map((seed) => finetuned(how, join(options.out, `${way}-${seed}`), seed, options));
  return options.returns.map((wanted) => {
    const firsts = runs.map((run) => run.find(({ mean }) => mean >= wanted));
    // A run that never came there took infinitely long.
    const of = (name: keyof Evaluated): string =>
      shown(median(firsts.map((first) => first?.[name] ?? Infinity)));
    const each = firsts.map((first) => shown(first?.wall ?? Infinity)).join(', ');
    return [how, `${wanted}`, of('wall'), each, of('cpu'), of('iteration'), of('envSteps')];
  });
});
const header = ['way', 'return', 'wall s, median', 'wall s, each seed', 'CPU s', 'iterations', 'env steps'];
process.stdout.write(`${markdown([header, ...rows])}\n`);
