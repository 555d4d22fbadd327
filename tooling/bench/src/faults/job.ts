import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { programWords, trainerWords } from '../trainer-words.ts';

/** A run of a learner and workers, each in processes of their own. */
export interface Job {
  /** What is computed, in words. */
  readonly what: string;
  /** How many things happen to each run. */
  readonly faults: number;
  /** Words of the learner's command line, also of one that goes on after the end of the last; without a server it computes alone. */
  readonly learner: (folder: string, url?: string) => string[];
  readonly worker: (url: string) => string[];
  /** Whether a line that the learner prints says that the work has begun. */
  readonly begins: (line: string) => boolean;
  /** What of the folder has to be the same byte by byte. */
  readonly results: (folder: string) => Buffer[];
}

const program = (path: string): string[] => programWords(new URL(path, import.meta.url));

/** Rounds of tasks that are nothing but bytes, each of which follows from all bytes of the rounds before. */
const rounds: Job = {
  what: '8 rounds of 8 tasks, 1.5 MB of shared bytes and 8 × 0.7 MB of results each',
  faults: 1,
  learner: (folder, url) => [...program('rounds-learner.ts'), folder, ...(url === undefined ? [] : [url])],
  worker: (url) => [...program('rounds-worker.ts'), url],
  begins: (line) => line.startsWith('round'),
  results: (folder) => [readFileSync(join(folder, 'state'))],
};

/** A little fine-tuning whose rollouts and gradients are computed apart. */
const little = {
  environment: 'hopper',
  backend: 'tensorflow',
  jit: false,
  hidden: '[16,16,16]',
  denoisingSteps: 3,
  nEnvs: 4,
  shards: 4,
  gradientParts: 2,
  steps: 10,
  maxEpisodeSteps: 40,
  batchSize: 60,
  updateEpochs: 2,
  evalEpisodes: 2,
  evalEvery: 2,
  saveEvery: 1,
  iterations: 4,
  threads: 1,
  workers: 1,
};

const finetune: Job = {
  what: 'dppo finetune of a little Hopper, 4 iterations of 4 shards and 2 parts of each gradient',
  faults: 5,
  learner: (folder, url) => {
    const options = { ...little, runDir: join(folder, 'run'), autoResume: true };
    const all = url === undefined ? options : { ...options, cluster: url, verify: 0.2 };
    return trainerWords('finetune', all);
  },
  worker: (url) => trainerWords('worker', { cluster: url, workers: 1 }),
  begins: (line) => line.startsWith('iteration'),
  results: (folder) => {
    const read = (name: string): Buffer => readFileSync(join(folder, 'run', name));
    const policies = readdirSync(join(folder, 'run')).filter((name) =>
      /^(start|best|policy-\d+)\.safetensors$/.test(name),
    );
    const last = read('last.safetensors');
    const header = 8 + Number(last.readBigUInt64LE());
    // All tensors, and what of the state is none: the file says as well how long all of it took.
    const { ['__metadata__']: metadata } = JSON.parse(last.subarray(8, header).toString());
    const { state } = JSON.parse(metadata.training);
    return [
      // A run that goes on writes its options in another order.
      Buffer.from(read('config.yaml').toString().split('\n').toSorted().join('\n')),
      Buffer.from(untimed(read('metrics.jsonl').toString())),
      Buffer.from(policies.join()),
      ...policies.map(read),
      last.subarray(header),
      Buffer.from(JSON.stringify(state)),
    ];
  },
};

/** Rows of metrics without what the clock says. */
function untimed(rows: string): string {
  return rows.replaceAll(/"time\/(?!env_steps")\w+":[^,}]*/g, '');
}

/** What may be run, by name. */
export const jobs: Readonly<Record<string, Job>> = { rounds, finetune };
