import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import { type Live, noLive } from '../output/live.ts';
import { type Evaluated, readEvaluations, readMetrics } from './metrics-file.ts';

/** A run as its folder has it. */
interface Run {
  readonly dir: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly evaluations: readonly Evaluated[];
  readonly seconds: number;
}

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
  const runs = dirs.map(readRun);
  const options = differing(runs);
  const columns = runs.map((run) => new Map([...chosen(options, run), ...results(run)]));
  for (const column of columns) row(Object.fromEntries(column));
  const names = [...columns[0].keys()];
  say(table([names, ...columns.map((column) => names.map((name) => cell(column.get(name))))]));
}

function readRun(dir: string): Run {
  const [config, metrics] = ['config.yaml', 'metrics.jsonl'].map((name) => {
    const file = join(dir, name);
    if (!existsSync(file)) throw new Error(`compare ${dir}: no ${name} in it, expected the folder of a run`);
    return file;
  });
  const options = z.record(z.string(), z.unknown()).parse(parse(readFileSync(config, 'utf8')));
  const times = readMetrics(metrics).map((row) => Number(row['time/seconds'] ?? 0));
  return { dir, options, evaluations: readEvaluations(metrics), seconds: Math.max(0, ...times) };
}

/** Names of the options that are not the same in all runs. */
function differing(runs: readonly Run[]): string[] {
  const names = [...new Set(runs.flatMap(({ options }) => Object.keys(options)))];
  return names.filter((name) => new Set(runs.map(({ options }) => JSON.stringify(options[name]))).size > 1);
}

function chosen(names: readonly string[], { dir, options }: Run): [name: string, value: unknown][] {
  return [['run', dir], ...names.map((name): [string, unknown] => [name, options[name]])];
}

function results({ evaluations, seconds }: Run): [name: string, value: unknown][] {
  const best = evaluations.toSorted((a, b) => b.mean - a.mean).at(0);
  return [
    ['env steps', evaluations.at(-1)?.envSteps],
    ['return before', evaluations.at(0)?.mean],
    ['return after', evaluations.at(-1)?.mean],
    ['best return', best?.mean],
    ['best at iteration', best?.iteration],
    ['minutes', seconds / 60],
  ];
}

function cell(value: unknown): string {
  if (value === undefined) return '—';
  if (typeof value === 'string') return value;
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
