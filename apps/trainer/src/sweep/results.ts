import { bootstrapIntervals } from '../pictures/bootstrap.ts';
import { average } from '../runs/average.ts';
import { latest } from '../runs/recorded-run.ts';
import { results } from '../runs/results.ts';
import type { Job } from './job.ts';
import type { Configuration } from './plan.ts';
import type { StagesEnd } from './run-stages.ts';
import { recordOf } from './standing.ts';

type Row = Readonly<Record<string, unknown>>;

/** What each job came to, by the names of the columns of results.csv. */
export function jobRows(jobs: readonly Job[], end: StagesEnd): Row[] {
  return jobs.map((job) => {
    const record = recordOf(job);
    const came = record && results(record);
    return {
      job: job.name,
      configuration: job.configuration.number,
      seed: job.seed,
      ...job.configuration.point,
      state: stateOf(job, end),
      iterations: came?.after.iteration,
      env_steps: came?.after.envSteps,
      return_before: came?.before.mean,
      return_after: came?.after.mean,
      best_return: came?.best.mean,
      best_iteration: came?.best.iteration,
      episodes: came?.after.episodes,
      seconds: record && latest(record.rows, 'time/seconds'),
      cpu_seconds: record && latest(record.rows, 'time/cpu_seconds'),
    };
  });
}

function stateOf(job: Job, { stopped, failed }: StagesEnd): string {
  const why = failed.get(job);
  if (why !== undefined) return `failed: ${why}`;
  return stopped.has(job.configuration) ? 'stopped' : 'finished';
}

/** What each configuration came to over its seeds, the best return first: those that went to their end, then those that were stopped. */
export function configurationRows(
  configurations: readonly Configuration[],
  jobs: readonly Job[],
  end: StagesEnd,
): Row[] {
  const rows = configurations.map((configuration) => {
    const own = jobs.filter((job) => job.configuration === configuration);
    const records = own.flatMap((job) => recordOf(job) ?? []);
    const came = records.flatMap((record) => results(record) ?? []);
    const returns = came.map(({ after }) => after.mean);
    const [interval] = returns.length > 1 ? bootstrapIntervals([returns]) : [];
    const failures = own.filter((job) => end.failed.has(job)).length;
    return {
      configuration: configuration.number,
      ...configuration.point,
      seeds: returns.length,
      return: average(returns),
      low: interval?.low,
      high: interval?.high,
      'best return': average(came.map(({ best }) => best.mean)),
      'env steps': average(came.map(({ after }) => after.envSteps)),
      seconds: average(records.map(({ rows: all }) => latest(all, 'time/seconds'))),
      state: failures > 0 ? `${failures} failed` : end.stopped.has(configuration) ? 'stopped' : 'finished',
    };
  });
  return rows.toSorted(
    (one, other) =>
      Number(one.state !== 'finished') - Number(other.state !== 'finished') ||
      orLeast(other.return) - orLeast(one.return) ||
      one.configuration - other.configuration,
  );
}

function orLeast(value: number): number {
  return Number.isNaN(value) ? -Number.MAX_VALUE : value;
}
