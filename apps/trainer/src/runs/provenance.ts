import { basename } from 'node:path';

import { printableInLine } from '../output/printable.ts';
import { describeMachine } from './machine.ts';
import type { RecordedRun } from './recorded-run.ts';

/** Where pictures of runs come from: tasks and seeds, machines and days, as far as the runs recorded them. */
export function provenance(runs: readonly Pick<RecordedRun, 'config' | 'history'>[]): string[] {
  const environments = distinct(runs.map(({ config }) => config.environment)).map((name) => basename(name));
  const seeds = distinct(runs.map(({ config }) => config.seed)).toSorted((a, b) => a - b);
  const stretches = runs.flatMap(({ history }) => history);
  const machines = distinct(stretches.map(({ machine }) => describeMachine(machine)));
  const days = distinct(stretches.map(({ began }) => began.slice(0, 10))).toSorted();
  const seedsName = seeds.length === 1 ? 'seed' : 'seeds';
  const what = [...environments, ...(seeds.length > 0 ? [`${seedsName} ${seeds.join(', ')}`] : [])];
  const period = days.length > 1 ? [`${days[0]} to ${days[days.length - 1]}`] : days;
  return [what.join(', '), [machines.join('; '), ...period].filter(Boolean).join(' · ')]
    .filter(Boolean)
    .map(printableInLine);
}

function distinct<T>(values: readonly (T | undefined)[]): T[] {
  return [...new Set(values)].filter((value) => value !== undefined);
}
