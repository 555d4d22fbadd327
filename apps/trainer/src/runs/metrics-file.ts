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

/** The evaluations in a file of metrics; a last line that was not finished is none. */
export function readEvaluations(file: string): Evaluated[] {
  return readMetrics(file)
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

/** All rows of a file of metrics; a last line that was not finished is none. */
export function readMetrics(file: string): MetricsRow[] {
  return linesOf(file).map(({ row }) => row);
}

/** Drops the rows of later iterations, atomically. */
export async function cutMetrics(file: string, iteration: number): Promise<void> {
  const kept = linesOf(file).filter(({ row }) => Number(row.iteration) <= iteration);
  await writeWhole(file, kept.map(({ line }) => `${line}\n`).join(''));
}

function linesOf(file: string): { line: string; row: Record<string, unknown> }[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // What follows the last line break is nothing, or a row that a kill cut short.
  return lines
    .slice(0, -1)
    .map((line) => ({ line, row: z.record(z.string(), z.unknown()).parse(JSON.parse(line)) }));
}
