import { appendFile } from 'node:fs/promises';

import { fileIn } from '../runs/run-folder.ts';
import { written } from '../runs/written.ts';
import { imageRecord, restartRecord, scalarsRecord, textRecord, versionRecord } from './event-file.ts';
import type { LoggedRun, Logger } from './logger.ts';

/** An event file that TensorBoard opens; it drops what earlier ones of the run have of steps that are computed again. */
export function tensorboard({ dir, from }: LoggedRun): Logger {
  const file = fileIn({ dir }, `events.out.tfevents.${Date.now()}.dppo`);
  let begun = false;
  let latest = Math.max(0, from?.step ?? 0);
  const append = async (records: readonly Uint8Array[]): Promise<void> => {
    const now = Date.now() / 1000;
    const restart = from === undefined ? [] : [restartRecord(now, from.step + 1)];
    const head = begun ? [] : [versionRecord(now), ...restart];
    begun = true;
    await written(file, appendFile(file, Buffer.concat([...head, ...records])));
  };
  return {
    name: 'TensorBoard',
    scalars: async (rows) => {
      latest = rows.at(-1)?.step ?? latest;
      await append(rows.map(({ time, step, values }) => scalarsRecord(time / 1000, step, values)));
    },
    text: (name, text, step) => append([textRecord(Date.now() / 1000, step, { name, text })]),
    image: (name, picture, step) => append([imageRecord(Date.now() / 1000, step, { name, picture })]),
    close: ({ state, why }) =>
      append([textRecord(Date.now() / 1000, latest, { name: 'ending', text: `${state}: ${why}` })]),
  };
}
