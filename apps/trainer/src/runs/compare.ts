import { type Live, noLive } from '../output/live.ts';
import { printableInLine } from '../output/printable.ts';
import { cell, isKnown, table } from '../output/table.ts';
import { differing, withDigest } from './differing.ts';
import { latest, readRun, type RecordedRun } from './recorded-run.ts';
import { type Results, results } from './results.ts';
import { isShare, percentages, type Share } from './share.ts';

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
  const options = differing(runs.map(({ config }) => config));
  const succeeded = successes.filter(([, of]) => runs.some((run) => successOf(run, of) !== undefined));
  const known = withoutEvaluation.filter(([, metric]) => runs.some((run) => isKnown(valueOf(run, metric))));
  const columns = runs.map(
    (run, i) =>
      new Map<string, unknown>([
        ['run', dirs[i]],
        ...options.map((name) => [name, run.config[name]] as const),
        ...outcome(run),
        ...succeeded.map(([name, of]) => [name, successOf(run, of)] as const),
        ...known.map(([name, metric]) => [name, valueOf(run, metric)] as const),
      ]),
  );
  for (const column of columns) row(Object.fromEntries(column));
  const names = [...columns[0].keys()];
  say(
    table([
      names.map(printableInLine),
      ...columns.map((column) => names.map((name) => shown(column.get(name)))),
    ]),
  );
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

/** Shares of episodes with a success, of tasks that say. */
const successes = [
  ['success before', 'before'],
  ['success after', 'after'],
  ['best success', 'best'],
] as const;

function successOf(run: RecordedRun, of: keyof Omit<Results, 'independent'>): Share | undefined {
  return results(run)?.[of].success;
}

function shown(value: unknown): string {
  return isShare(value) ? percentages(value) : cell(value);
}

/** What runs that were not evaluated came to: an expert, a pre-training. */
const withoutEvaluation = [
  ['return while exploring', 'rollout/ep_rew_mean'],
  ['loss', 'train/loss'],
] as const;

function valueOf({ evaluations, rows }: RecordedRun, metric: string): number | undefined {
  return evaluations.length > 0 ? undefined : latest(rows, metric);
}
