import { z } from 'zod';

import { learning, ofCluster } from '../cluster/cluster-options.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { count, counted, countUpTo, file } from '../options/shared-options.ts';

/** Options of `dppo finetune` that a sweep decides for each of its jobs. */
export const decidedBySweep: readonly string[] = ['seed', 'runDir', 'resume', 'autoResume', ...ofCluster];

/** What a sweep may vary: the options of `dppo finetune`, and its preset. */
export const varied: readonly string[] = [
  'preset',
  ...Object.keys(finetuneOptions.shape).filter((name) => !decidedBySweep.includes(name)),
];

/** Options by name; editors complete the names. */
function byName<Value extends z.ZodType>(value: Value) {
  return z.record(z.string(), value).meta({ propertyNames: { enum: [...varied] } });
}

const values = z.array(z.unknown()).min(1);

/** Numbers that are drawn between two. */
export const range = z.strictObject({
  from: z.number().describe('the least'),
  to: z.number().describe('the largest'),
  scale: z.enum(['linear', 'log']).default('linear').describe('whether they or their logarithms are uniform'),
});

// A job's folder says how long it took, so that two of the same run have other bytes.
const { verify: _, ...reaching } = learning;

const first = count.describe('env steps of a configuration before it is judged for the first time');

/** Options of `dppo sweep`. */
export const sweepOptions = z.strictObject({
  options: byName(z.unknown())
    .default({})
    .describe('options of dppo finetune that all jobs share, by their names in files; preset as well'),
  seeds: z
    .array(counted)
    .min(1)
    .default([42])
    .describe('seeds, of which each configuration has a job with each'),
  grid: byName(values)
    .refine((grid) => Object.keys(grid).length > 0, 'wanted a list of values by option')
    .optional()
    .describe('lists of values by option: all combinations [default: none]'),
  list: z
    .array(byName(z.unknown()))
    .min(1)
    .optional()
    .describe('configurations one by one, each of options by name [default: none]'),
  random: z
    .strictObject({
      samples: countUpTo(10_000, 'each is a configuration').describe('how many configurations are drawn'),
      seed: counted.default(42).describe('seed of what is drawn'),
      options: byName(z.union([values, range])).describe('lists of values, or ranges of numbers, by option'),
    })
    .optional()
    .describe('configurations whose options are drawn, from lists or ranges from, to [default: none]'),
  halving: z
    .strictObject({
      first,
      factor: count.min(2).default(2).describe('of how many configurations one goes on'),
    })
    .optional()
    .describe(
      'successive halving: after first env steps, and after factor times as many again and again, one of factor configurations goes on [default: none]',
    ),
  median: z
    .strictObject({ first, every: count.describe('env steps between one judgement and the next') })
    .optional()
    .describe(
      'median rule: after first env steps, and after every further ones, a configuration stops whose best return is below the median of what all of them had on average [default: none]',
    ),
  jobs: countUpTo(1024, 'each is a process')
    .optional()
    .describe('jobs at a time; changes no result [default: cores / threads, 64 with cluster]'),
  threads: countUpTo(1024, 'a process has no use for more')
    .default(1)
    .describe('threads of TensorFlow in each job; other numbers than with another count'),
  ...reaching,
  cluster: learning.cluster.describe(
    'NATS server over which processes of dppo worker compute the jobs, tls://HOST:PORT; the same numbers as without [default: this machine computes them]',
  ),
  runDir: file.optional().describe('folder to make for the sweep and its runs [default: runs/sweep-TIME]'),
  resume: file
    .optional()
    .describe(
      'folder of a sweep to go on with, doing what is missing; jobs and the options of a cluster may change [default: none]',
    ),
  autoResume: z
    .boolean()
    .optional()
    .describe(
      'go on with the sweep in runDir where there is one, as resume does, and begin it where there is none [default: false]',
    ),
});

export type SweepOptions = z.output<typeof sweepOptions>;
