import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { CurvePoint } from '../pictures/curve.ts';
import { meanLine } from '../pictures/mean-line.ts';
import { finishOf } from '../runs/history.ts';
import { latest, readRun, type RecordedRun } from '../runs/recorded-run.ts';
import type { Job } from './job.ts';
import type { ReturnCurve } from './rules.ts';

/** What the folder of a job says of it; undefined where it has not begun. */
export function recordOf({ dir }: Job): RecordedRun | undefined {
  return existsSync(join(dir, 'config.yaml')) ? readRun(dir) : undefined;
}

/** Whether a job has so many iterations, or has come to an end of its own before, such as a return that was asked for. */
export function hasReached(job: Job, iterations: number): boolean {
  const record = recordOf(job);
  if (record === undefined) return false;
  const { iterations: asked = 0 } = record.config;
  // It goes on only from where it was judged.
  if (asked > iterations) return true;
  if (finishOf(job.dir) === undefined) return false;
  return asked === iterations || latest(record.rows, 'iteration') < asked;
}

/** The mean return over jobs of one configuration at each evaluation that all of them have, up to an iteration. */
export function returnCurve(jobs: readonly Job[], iterations: number): ReturnCurve {
  const all = jobs.map((job) => pointsOf(job, iterations));
  return meanLine(all).points.map(({ y }) => y);
}

function pointsOf(job: Job, iterations: number): CurvePoint[] {
  const evaluations = recordOf(job)?.evaluations ?? [];
  return evaluations
    .filter(({ iteration }) => iteration <= iterations)
    .map(({ iteration, envSteps, mean }) => ({ iteration, x: envSteps, y: mean }));
}
