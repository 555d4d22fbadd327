import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import { type Evaluated, type MetricsRow, readEvaluations, readMetrics } from './metrics-file.ts';

/** The options that a page says by name; the rest is a table. */
const options = z.looseObject({ environment: z.string(), seed: z.number(), iterations: z.number() });

/** What the folder of a run says of it. */
export interface RecordedRun {
  readonly name: string;
  readonly config: Readonly<z.output<typeof options>>;
  readonly rows: readonly MetricsRow[];
  readonly evaluations: readonly Evaluated[];
}

/** @throws Error where the folder is not that of a run */
export function readRun(dir: string): RecordedRun {
  const file = join(dir, 'config.yaml');
  if (!existsSync(file)) {
    throw new Error(`run ${dir}: no config.yaml in it, expected the folder of a run`);
  }
  const metrics = join(dir, 'metrics.jsonl');
  return {
    name: basename(resolve(dir)),
    config: options.parse(parse(readFileSync(file, 'utf8'))),
    rows: readMetrics(metrics),
    evaluations: readEvaluations(metrics),
  };
}

/** The latest value of a metric; NaN where there is none yet. */
export function latest(rows: readonly MetricsRow[], name: string): number {
  const value = rows.findLast((row) => typeof row[name] === 'number')?.[name];
  return typeof value === 'number' ? value : NaN;
}
