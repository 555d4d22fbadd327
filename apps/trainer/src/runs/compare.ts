import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { type Live, noLive } from '../output/live.ts';
import { printableInLine } from '../output/printable.ts';
import { latest, readRun, type RecordedRun } from './recorded-run.ts';
import { results } from './results.ts';

/**
 * `dppo compare`: runs side by side, the options in which they differ and what they came to; with --json a run a line.
 *
 * @throws Error naming the folder that is not of a run
 */
export function compare(
  dirs: readonly string[],
  say: (line: string) => void,
  { row }: Pick<Live, 'row'> = noLive,
): void {
  const runs = dirs.map((dir) => withDigest(readRun(dir), dir));
  for (const sentence of runs.flatMap(({ unreadable }) => unreadable)) say(sentence);
  const options = differing(runs);
  const known = withoutEvaluation.filter(([, metric]) => runs.some((run) => isKnown(valueOf(run, metric))));
  const columns = runs.map(
    (run, i) =>
      new Map<string, unknown>([
        ['run', dirs[i]],
        ...options.map((name) => [name, run.config[name]] as const),
        ...outcome(run),
        ...known.map(([name, metric]) => [name, valueOf(run, metric)] as const),
      ]),
  );
  for (const column of columns) row(Object.fromEntries(column));
  const names = [...columns[0].keys()];
  say(
    table([
      names.map(printableInLine),
      ...columns.map((column) => names.map((name) => cell(column.get(name)))),
    ]),
  );
}

/** Runs keep the policies that they began with under one name: what tells them apart is a digest of the weights. */
function withDigest(run: RecordedRun, dir: string): RecordedRun {
  const file = join(dir, 'start.safetensors');
  if (!existsSync(file)) return run;
  const digest = createHash('sha256').update(weightsIn(file)).digest('hex').slice(0, 12);
  return { ...run, config: { ...run.config, policy: `${String(run.config.policy)} ${digest}` } };
}

function weightsIn(file: string): Uint8Array {
  if (statSync(file).isDirectory()) throw new Error(`${file}: a folder, wanted a policy`);
  const bytes = readFileSync(file);
  const start = bytes.length < 8 ? Infinity : 8 + Number(bytes.readBigUInt64LE());
  if (start > bytes.length) throw new Error(`${file}: ${bytes.length} bytes, wanted a policy`);
  return bytes.subarray(start);
}

/** Names of the options that are not the same in all runs. */
function differing(runs: readonly RecordedRun[]): string[] {
  const names = [...new Set(runs.flatMap(({ config }) => Object.keys(config)))];
  return names.filter((name) => new Set(runs.map(({ config }) => JSON.stringify(config[name]))).size > 1);
}

function outcome(run: RecordedRun): (readonly [name: string, value: unknown])[] {
  const came = results(run);
  return [
    ['env steps', came?.after.envSteps],
    ['return before', came?.before.mean],
    ['return after', came?.after.mean],
    ['best return', came?.best.mean],
    ['best at iteration', came?.best.iteration],
    ['episodes', came?.after.episodes],
    ['best chosen on', came && (came.independent ? 'others' : 'these')],
    ['minutes', latest(run.rows, 'time/seconds') / 60],
    ['processor minutes', latest(run.rows, 'time/cpu_seconds') / 60],
  ];
}

/** What runs that were not evaluated came to: an expert, a pre-training. */
const withoutEvaluation = [
  ['return while exploring', 'rollout/ep_rew_mean'],
  ['loss', 'train/loss'],
] as const;

function valueOf({ evaluations, rows }: RecordedRun, metric: string): number | undefined {
  return evaluations.length > 0 ? undefined : latest(rows, metric);
}

function isKnown(value: unknown): boolean {
  return value !== undefined && !Number.isNaN(value);
}

function cell(value: unknown): string {
  if (!isKnown(value)) return '—';
  if (typeof value === 'string') return printableInLine(value);
  return typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(4)))
    : JSON.stringify(value);
}

/** Columns side by side, the first one to the left. */
function table(columns: readonly (readonly string[])[]): string {
  const aligned = columns.map((cells, i) => {
    const width = Math.max(...cells.map((text) => text.length));
    return cells.map((text) => (i === 0 ? text.padEnd(width) : text.padStart(width)));
  });
  return aligned[0].map((_, row) => aligned.map((cells) => cells[row]).join('  ')).join('\n');
}
