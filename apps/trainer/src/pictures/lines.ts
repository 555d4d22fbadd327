import { basename } from 'node:path';

import { printableInLine } from '../output/printable.ts';
import { differing } from '../runs/differing.ts';
import type { RecordedRun } from '../runs/recorded-run.ts';

type Named = Pick<RecordedRun, 'name' | 'config'>;

/** Runs that are drawn as one line, and what it is called. */
export interface Line<Run> {
  readonly name: string;
  readonly runs: readonly Run[];
}

/** What differs between runs of one configuration: the seed, how far they go, where they are computed and what is written of them. */
const ofTheRun = [
  /^(seed|iterations|maxMinutes|maxEnvSteps|targetReturn|patience|evalEvery|evalEpisodes|quickEvalEpisodes)$/,
  /^(workers|envTimeout|dashboard|runDir|resume|autoResume|out|keep)$/,
];

/** Options whose values tell a reader nothing. */
const files = new Set(['policy', 'normalization', 'data']);

/** Letters that the name of a line has room for. */
const mostLetters = 40;

/**
 * Which runs become one line: those with the same options and seeds of their own. A run without options, or whose seed another of them
 * has as well, is a line by itself. A line is called by the options in which it differs from the others where that is short, else by what
 * the names of its runs begin with.
 */
export function linesOf<Run extends Named>(runs: readonly Run[]): Line<Run>[] {
  const groups = grouped(runs);
  const options = groups.map(([{ config }]) => learnedBy(config));
  const names = differing(options).filter((name) => !files.has(name));
  const told = options.map((of) => names.map((name) => said(name, of[name])).join(', '));
  const isTold = told.every((name) => name.length <= mostLetters) && new Set(told).size === told.length;
  const called = groups.map((group, i) =>
    printableInLine(isTold && told[i] !== '' ? told[i] : sharedName(group.map(({ name }) => name))),
  );
  return groups.map((group, i) => ({ name: numbered(called, i), runs: group }));
}

function grouped<Run extends Named>(runs: readonly Run[]): Run[][] {
  const groups = new Map<string, Run[]>();
  for (const [i, run] of runs.entries()) {
    const options = Object.entries(learnedBy(run.config)).toSorted(([one], [other]) =>
      one < other ? -1 : 1,
    );
    const key = options.length === 0 ? String(i) : JSON.stringify(options);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].flatMap((group) => {
    const seeds = new Set(group.map(({ config }) => config.seed));
    return seeds.size === group.length ? [group] : group.map((run) => [run]);
  });
}

function learnedBy(config: Named['config']): Named['config'] {
  return Object.fromEntries(
    Object.entries(config).filter(([name]) => !ofTheRun.some((names) => names.test(name))),
  );
}

function said(name: string, value: unknown): string {
  if (name === 'environment' && typeof value === 'string') return basename(value);
  return `${name} ${typeof value === 'string' ? value : (JSON.stringify(value) ?? '—')}`;
}

/** What all names begin with: walker-ddim of walker-ddim-seed-0 and walker-ddim-seed-1. */
function sharedName(names: readonly string[]): string {
  const [first] = names;
  if (names.length === 1) return first;
  const letters = Array.from(first, (_, i) => names.every((name) => name.startsWith(first.slice(0, i + 1))));
  return (
    first.slice(0, letters.filter(Boolean).length).replace(/[-_. ]*(seed)?[-_. ]*$/i, '') || `${first} …`
  );
}

/** A name that another line has already gets a number. */
function numbered(names: readonly string[], i: number): string {
  const before = names.slice(0, i).filter((name) => name === names[i]).length;
  return before === 0 ? names[i] : `${names[i]} (${before + 1})`;
}
