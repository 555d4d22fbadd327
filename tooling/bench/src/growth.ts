import { ours } from './contender.ts';
import type { Sizes } from './job.ts';
import { measure } from './measure.ts';
import { markdown, milliseconds } from './table.ts';

interface Column {
  readonly title: string;
  readonly phase: (value: number) => string;
  /** What the time is divided by. */
  readonly unit: string;
  readonly units: (value: number) => number;
}

/** What is varied, and the phases whose time depends on it. */
interface Growth {
  readonly over: string;
  readonly values: readonly number[];
  readonly sizes: (value: number) => Sizes;
  /** Environment variables. */
  readonly env?: (value: number) => Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
}

const samples = 8000;

const sampling: Column = {
  title: 'sample, batch 40',
  phase: () => 'sample, batch 40',
  unit: 'row',
  units: () => 40,
};
const backward: Column = {
  title: 'forward, backward',
  phase: () => 'minibatch: forward, backward',
  unit: 'sample',
  units: () => samples,
};
const minibatch: Column = { ...backward, title: 'minibatch', phase: () => 'minibatch: all' };
const physics: Column = {
  title: 'physics, one chunk',
  phase: (nEnvs) => `physics, a chunk in ${nEnvs} environments`,
  unit: 'env step',
  units: (nEnvs) => 4 * nEnvs,
};

/** Multiply-adds in the actor's layers. */
const perWeight = { unit: '1000 weights', units: (width: number) => (2 * width * width + 51 * width) / 1000 };

const all: readonly Growth[] = [
  {
    over: 'environments',
    values: [1, 4, 10, 40, 100, 400, 1000],
    sizes: (nEnvs) => ({ nEnvs }),
    columns: [{ ...physics, title: 'sample', phase: (nEnvs) => `sample, batch ${nEnvs}` }, physics],
  },
  {
    over: 'K, with K′ 5',
    values: [5, 10, 20, 50, 100],
    sizes: (denoisingSteps) => ({ denoisingSteps, ftDenoisingSteps: 5 }),
    columns: [{ ...sampling, unit: 'denoising step', units: (denoisingSteps) => denoisingSteps }],
  },
  {
    over: `K′, minibatch ${samples}`,
    values: [1, 5, 10, 20],
    sizes: (ftDenoisingSteps) => ({ ftDenoisingSteps, batchSize: samples }),
    columns: [sampling, minibatch],
  },
  {
    over: 'minibatch',
    values: [2000, 10_000, 50_000],
    sizes: (batchSize) => ({ batchSize }),
    columns: [{ ...minibatch, units: (batchSize) => batchSize }],
  },
  {
    over: `rows at once, minibatch ${samples}`,
    values: [100, 250, 500, 1000, 2000, 4000, 8000],
    sizes: (microBatchSize) => ({ microBatchSize, batchSize: samples }),
    columns: [backward],
  },
  {
    over: `width, minibatch ${samples}`,
    values: [128, 256, 512, 1024],
    sizes: (width) => ({ width, batchSize: samples }),
    columns: [
      { ...sampling, ...perWeight },
      { ...backward, ...perWeight },
    ],
  },
  {
    over: `threads of TensorFlow, minibatch ${samples}`,
    values: [1, 2],
    sizes: () => ({ batchSize: samples }),
    env: (count) => ({ TF_NUM_INTRAOP_THREADS: `${count}` }),
    columns: [
      { ...sampling, title: 'sample, batch 1', phase: () => 'sample, batch 1', units: () => 1 },
      sampling,
      backward,
    ],
  },
  {
    over: 'threads of physics, 0 the main one',
    values: [0, 1, 2],
    sizes: (workers) => ({ workers }),
    columns: [{ ...physics, phase: () => physics.phase(40), units: () => physics.units(40) }],
  },
];

/** One table for each thing that is varied; every row is of a process of its own, whose largest resident memory stands last. */
export async function* growth(rounds: number, cwd: string): AsyncGenerator<string> {
  for (const { over, values, sizes, env = () => ({}), columns } of all) {
    const rows = [
      [
        over,
        ...columns.flatMap(({ title, unit }) => [`${title}, ms`, 'CPU ms', `µs a ${unit}`]),
        'memory, MB',
      ],
    ];
    for (const value of values) {
      process.stderr.write(`${over}: ${value} …\n`);
      const here = await ours(sizes(value), { cwd, env: env(value) });
      const row = [`${value}`];
      let memory = 0;
      for (const { phase, units } of columns) {
        const { wall, cpu, rss } = (await measure({ here }, phase(value), rounds))['here'];
        row.push(milliseconds(wall), milliseconds(cpu), ((wall * 1e6) / units(value)).toPrecision(3));
        memory = rss;
      }
      here.close();
      rows.push([...row, `${Math.round(memory / 1e6)}`]);
    }
    yield markdown(rows);
  }
}
