import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';

import { cutMetrics, unreadableIn } from '../runs/metrics-file.ts';
import { fileIn } from '../runs/run-folder.ts';
import { written } from '../runs/written.ts';
import type { LoggedRun, Logger } from './logger.ts';

/**
 * metrics.jsonl, the run's own record: an object a row, null for what is not finite. Rows of iterations that are computed again are
 * dropped, and lines that are none told.
 */
export async function jsonl({ dir, from, say }: LoggedRun): Promise<Logger> {
  const file = fileIn({ dir }, 'metrics.jsonl');
  if (from !== undefined && existsSync(file)) {
    for (const sentence of unreadableIn(file)) say(sentence);
    await cutMetrics(file, from.iteration);
  }
  return {
    name: 'metrics.jsonl',
    scalars: async (rows) => {
      const lines = rows.map(({ iteration, values }) => `${JSON.stringify({ iteration, ...values })}\n`);
      await written(file, appendFile(file, lines.join('')));
    },
  };
}
