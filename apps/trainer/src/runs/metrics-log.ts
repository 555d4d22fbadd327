import { appendFile } from 'node:fs/promises';

import { restartRecord, scalarsRecord, versionRecord } from './event-file.ts';
import { appendMetrics, fileIn, type RunFolder } from './run-folder.ts';
import { written } from './written.ts';

/** A row of metrics: where the run stands, and numbers by name. */
export interface LoggedRow {
  readonly iteration: number;
  readonly [name: string]: number;
}

/**
 * Writes rows to metrics.jsonl and to an event file that TensorBoard opens, by environment steps, or iterations where there are none.
 *
 * @param from where on that axis the checkpoint is that the run goes on from; undefined for a new run
 */
export function metricsLog(
  folder: RunFolder,
  from: number | undefined,
): (metrics: LoggedRow) => Promise<void> {
  const file = fileIn(folder, `events.out.tfevents.${Date.now()}.dppo`);
  let begun = false;
  return async (metrics) => {
    await appendMetrics(folder, metrics);
    const { iteration, ...scalars } = metrics;
    const step = 'time/env_steps' in metrics ? metrics['time/env_steps'] : iteration;
    const seconds = Date.now() / 1000;
    const restart = from === undefined ? [] : [restartRecord(seconds, from + 1)];
    const head = begun ? [] : [versionRecord(seconds), ...restart];
    const records = [...head, scalarsRecord(seconds, step, scalars)];
    begun = true;
    await written(file, appendFile(file, Buffer.concat(records)));
  };
}
