import { join } from 'node:path';

import { bestOf } from '../runs/early-stopping.ts';
import { followRows } from '../runs/follow-rows.ts';
import { readHistory } from '../runs/history.ts';
import { type Evaluated, evaluationsIn } from '../runs/metrics-file.ts';
import { configOf, nameOfRun, type RecordedRun } from '../runs/recorded-run.ts';
import { type Curves, growingCurves } from './report-curves.ts';

/** What the page about a run needs of it, in memory that does not grow with the run. */
export interface LiveRun {
  /** Reads what was added to its files; one row with the latest of each number, and the first, best and last evaluation. */
  read(): RecordedRun;
  /** Pictures of what was read, the same ones where nothing was added. */
  pictures(): Promise<string[]>;
}

/** Three for each time that a run came to an end. */
const mostReports = 99;

const said = ['iteration', 'time/env_steps', 'time/seconds', 'time/fps'];

/** Follows the run in a folder. */
export function liveRun(dir: string): LiveRun {
  let latest: Record<string, unknown> = {};
  let evaluations: readonly Evaluated[] = [];
  let reports: readonly Evaluated[] = [];
  let curves: Curves = growingCurves();
  let drawn: Promise<string[]> | undefined;
  const follow = followRows(join(dir, 'metrics.jsonl'), {
    begin: () => {
      [latest, evaluations, reports] = [{}, [], []];
      [curves, drawn] = [growingCurves(), undefined];
    },
    row: (row) => {
      for (const name of said) if (typeof row[name] === 'number') latest[name] = row[name];
      evaluations = telling([...evaluations, ...evaluationsIn([row])]);
      reports = [...reports, ...evaluationsIn([row], 'report')].slice(-mostReports);
      curves.add(row);
      drawn = undefined;
    },
  });
  return {
    read: () => {
      follow();
      return {
        name: nameOfRun(dir),
        config: configOf(dir),
        rows: [latest],
        unreadable: [],
        evaluations,
        reports,
        history: readHistory(dir),
      };
    },
    pictures: () => (drawn ??= curves.draw()),
  };
}

/** The first evaluation, the best and the last. */
function telling(evaluations: readonly Evaluated[]): readonly Evaluated[] {
  if (evaluations.length <= 2) return evaluations;
  return [...new Set([evaluations[0], bestOf(evaluations), evaluations[evaluations.length - 1]])];
}
