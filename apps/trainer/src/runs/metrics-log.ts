import { appendFile } from 'node:fs/promises';

import { restartRecord, scalarsRecord, versionRecord } from './event-file.ts';
import { appendMetrics, fileIn, type RunFolder } from './run-folder.ts';
import { written } from './written.ts';

/** A row of metrics: where the run stands, and numbers by name. */
export interface LoggedRow {
  readonly iteration: number;
  readonly 'time/env_steps': number;
  readonly [name: string]: number;
}

/**
 * Writes rows to metrics.jsonl and to an event file that TensorBoard opens, by environment steps.
 *
 * @param from environment steps of the checkpoint that the run goes on from, undefined for a new run
 */
export function metricsLog(
  folder: RunFolder,
  from: number | undefined,
): (metrics: LoggedRow) => Promise<void> {
  const file = fileIn(folder, `events.out.tfevents.${Date.now()}.dppo`);
  let begun = false;
  return async (metrics) => {
    await appendMetrics(folder, metrics);
    const { iteration: _, ...scalars } = metrics;
    const seconds = Date.now() / 1000;
    const restart = from === undefined ? [] : [restartRecord(seconds, from + 1)];
    const head = begun ? [] : [versionRecord(seconds), ...restart];
    const records = [...head, scalarsRecord(seconds, metrics['time/env_steps'], scalars)];
    begun = true;
    await written(file, appendFile(file, Buffer.concat(records)));
  };
}
