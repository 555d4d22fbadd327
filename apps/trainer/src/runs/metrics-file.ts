import { existsSync, readFileSync } from 'node:fs';

import { writeWhole } from '@dppo/checkpoint';
import { z } from 'zod';

/** A row of metrics.jsonl that has an evaluation. */
const evaluated = z.object({
  iteration: z.number(),
  'time/env_steps': z.number(),
  'eval/mean_reward': z.number(),
  'eval/std_reward': z.number().optional(),
  'eval/mean_ep_length': z.number().optional(),
  'eval/episodes': z.number().optional(),
});

/** One evaluation of a run; what it did not record is NaN. */
export interface Evaluated {
  readonly iteration: number;
  readonly envSteps: number;
  readonly mean: number;
  readonly std: number;
  readonly meanLength: number;
  readonly episodes: number;
}

/** The evaluations among rows of metrics. */
export function evaluationsIn(rows: readonly MetricsRow[]): Evaluated[] {
  return rows
    .map((row) => evaluated.safeParse(row))
    .flatMap(({ data }) => (data ? [data] : []))
    .map((row) => ({
      iteration: row.iteration,
      envSteps: row['time/env_steps'],
      mean: row['eval/mean_reward'],
      std: row['eval/std_reward'] ?? NaN,
      meanLength: row['eval/mean_ep_length'] ?? NaN,
      episodes: row['eval/episodes'] ?? NaN,
    }));
}

/** Metrics by name, as they stand in a file. */
export type MetricsRow = Readonly<Record<string, unknown>>;

/** What a file of metrics holds. */
export interface RecordedMetrics {
  readonly rows: readonly MetricsRow[];
  /** A sentence for each line that is no row, as a loss of power leaves them: file, line, what was found. */
  readonly unreadable: readonly string[];
}

/** All rows of a file of metrics; a last line that was not finished is none. */
export function readMetrics(file: string): RecordedMetrics {
  const lines = linesOf(file);
  return {
    rows: lines.flatMap(({ row }) => (row ? [row] : [])),
    unreadable: lines.flatMap(({ row, line, number }) =>
      row ? [] : `${file} line ${number}: found ${shortened(line)}, wanted an object of JSON; left out`,
    ),
  };
}

/** Drops the rows of later iterations and what is no row, atomically. */
export async function cutMetrics(file: string, iteration: number): Promise<void> {
  const kept = linesOf(file).filter(({ row }) => row && Number(row.iteration) <= iteration);
  await writeWhole(file, kept.map(({ line }) => `${line}\n`).join(''));
}

interface Line {
  readonly line: string;
  /** from 1 */
  readonly number: number;
  readonly row: MetricsRow | undefined;
}

function linesOf(file: string): Line[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // What follows the last line break is nothing, or a row that a kill cut short.
  return lines.slice(0, -1).map((line, i) => ({ line, number: i + 1, row: rowIn(line) }));
}

const row = z.record(z.string(), z.unknown());

function rowIn(line: string): MetricsRow | undefined {
  try {
    return row.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function shortened(line: string): string {
  return line.length > 20
    ? `${JSON.stringify(line.slice(0, 20))}… (${line.length} characters)`
    : JSON.stringify(line);
}
