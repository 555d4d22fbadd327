import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ofTheClock = /^time\/(seconds|cpu_seconds|sampling|physics|update|fps)$/;

/** The metrics of a run without what the clock says. */
export function rowsIn(dir: string): Record<string, number>[] {
  const lines = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line, (key, value) => (ofTheClock.test(key) ? 0 : value)));
}
