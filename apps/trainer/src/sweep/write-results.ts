import { writeWhole } from '@dppo/files';

import { cell, table } from '../output/table.ts';
import { printableInLine } from '../output/printable.ts';
import { curvesOf } from '../pictures/write-curves.ts';
import { withDigest } from '../runs/differing.ts';
import type { OpenFolder } from '../runs/open-folder.ts';
import { fileIn } from '../runs/run-folder.ts';
import { csv } from './csv.ts';
import type { Job } from './job.ts';
import type { Plan } from './plan.ts';
import { configurationRows, jobRows } from './results.ts';
import type { StagesEnd } from './run-stages.ts';
import { recordOf } from './standing.ts';

/**
 * Writes what the jobs of a sweep came to into its folder: a job a line in results.jsonl and results.csv, and curves.svg, a line for each
 * configuration where several seeds make it a mean in a band.
 *
 * @returns the configurations, the best first, as rows
 */
export async function writeResults(
  folder: OpenFolder,
  { plan, jobs, end }: { readonly plan: Plan; readonly jobs: readonly Job[]; readonly end: StagesEnd },
  say: (line: string) => void,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  folder.check();
  const rows = jobRows(jobs, end);
  await writeWhole(fileIn(folder, 'results.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeWhole(fileIn(folder, 'results.csv'), csv(rows));
  const runs = jobs.flatMap((job) => {
    const record = recordOf(job);
    return record === undefined || record.evaluations.length === 0 ? [] : [withDigest(record, job.dir)];
  });
  if (runs.length > 0) await writeWhole(fileIn(folder, 'curves.svg'), await curvesOf(runs, { say }));
  return configurationRows(plan.configurations, jobs, end);
}

/** Rows as a table, a column for each name that one of them has. */
export function rowsTable(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return table(names.map((name) => [printableInLine(name)].concat(rows.map((row) => cell(row[name])))));
}
