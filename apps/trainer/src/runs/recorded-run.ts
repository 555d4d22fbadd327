import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { aboutFile } from '@dppo/files';
import { z } from 'zod';

import { mostOptions, readYaml } from '../options/yaml-file.ts';
import { type Stretch, toldHistory } from './history.ts';
import {
  type Evaluated,
  evaluationsIn,
  type MetricsRow,
  readMetrics,
  type RecordedMetrics,
} from './metrics-file.ts';

/** The options that a page says by name, where there are such; the rest is a table. */
export const recordedOptions = z.looseObject({
  environment: z.string().optional(),
  seed: z.number().optional(),
  iterations: z.number().optional(),
  epochs: z.number().optional(),
  maxMinutes: z.number().optional(),
});

/** What the folder of a run says of it, ours or that of another program which leaves metrics.jsonl. */
export interface RecordedRun extends RecordedMetrics {
  readonly name: string;
  /** empty where there is no config.yaml */
  readonly config: Readonly<z.output<typeof recordedOptions>>;
  /** that chose among its policies */
  readonly evaluations: readonly Evaluated[];
  /** on episodes that chose nothing, where it has ended */
  readonly reports: readonly Evaluated[];
  readonly history: readonly Stretch[];
}

/**
 * What the folder `dir` of a run says of it.
 *
 * @throws Error naming the folder where it is not that of a run, or the file that is none of a run
 */
export function readRun(dir: string): RecordedRun {
  checkRun(dir);
  const recorded = readMetrics(join(dir, 'metrics.jsonl'));
  const { history, unreadable } = toldHistory(dir);
  return {
    name: nameOfRun(dir),
    config: configOf(dir),
    ...recorded,
    evaluations: evaluationsIn(recorded.rows),
    reports: evaluationsIn(recorded.rows, 'report'),
    history,
    unreadable: [...recorded.unreadable, ...unreadable],
  };
}

/** @throws Error naming the folder where it is not that of a run */
export function checkRun(dir: string): void {
  if (!['config.yaml', 'metrics.jsonl'].some((name) => existsSync(join(dir, name))))
    throw new Error(`run ${dir}: no config.yaml or metrics.jsonl in it, wanted the folder of a run`);
}

/** The name of the folder of a run. */
export function nameOfRun(dir: string): string {
  return basename(resolve(dir));
}

/** The options in the folder of a run; none where there is no config.yaml. */
export function configOf(dir: string): RecordedRun['config'] {
  const file = join(dir, 'config.yaml');
  return existsSync(file) ? configIn(file) : {};
}

/** @throws Error naming the file where it is no map of options, or one of those by name is of another type */
export function configIn(file: string): RecordedRun['config'] {
  const parsed = recordedOptions.safeParse(readYaml(file, file, mostOptions));
  if (!parsed.success) throw aboutFile(file, z.prettifyError(parsed.error));
  return parsed.data;
}

/** The latest value of a metric; NaN where there is none yet. */
export function latest(rows: readonly MetricsRow[], name: string): number {
  const value = rows.findLast((row) => typeof row[name] === 'number')?.[name];
  return typeof value === 'number' ? value : NaN;
}
