import { writeWhole } from '@dppo/files';
import { z } from 'zod';

import { type Line, linesOf, type MetricsRow } from './metrics-lines.ts';
import { type Share, shareOf } from './share.ts';

export type { MetricsRow } from './metrics-lines.ts';

/** What an evaluation is for: the episodes that choose among policies, or those that chose nothing and tell how good one is. */
export type Purpose = 'eval' | 'report';

/** Where a row of metrics.jsonl stands. */
const standing = z.object({ iteration: z.number(), 'time/env_steps': z.number() });

/** One evaluation of a run; what it did not record is NaN. */
export interface Evaluated {
  readonly iteration: number;
  readonly envSteps: number;
  readonly mean: number;
  readonly std: number;
  readonly meanLength: number;
  readonly episodes: number;
  /** The episodes that were a success, where the environment says. */
  readonly success?: Share;
  /** Mean of the best progress of each episode, where the environment says. */
  readonly progress?: number;
}

/** The evaluations for a purpose among rows of metrics. */
export function evaluationsIn(rows: Iterable<MetricsRow>, purpose: Purpose = 'eval'): Evaluated[] {
  const number = (row: MetricsRow, name: string): number => {
    const value = row[`${purpose}/${name}`];
    return typeof value === 'number' ? value : NaN;
  };
  const found: Evaluated[] = [];
  for (const row of rows) {
    const at = standing.safeParse(row).data;
    const mean = number(row, 'mean_reward');
    const episodes = number(row, 'episodes');
    const success = recordedShare(number(row, 'success_rate'), episodes);
    const progress = number(row, 'progress');
    if (at === undefined || Number.isNaN(mean)) continue;
    found.push({
      iteration: at.iteration,
      envSteps: at['time/env_steps'],
      mean,
      std: number(row, 'std_reward'),
      meanLength: number(row, 'mean_ep_length'),
      episodes,
      ...(success && { success }),
      ...(Number.isNaN(progress) ? {} : { progress }),
    });
  }
  return found;
}

/** The share of so many episodes, with its interval; undefined where it is none. */
function recordedShare(share: number, episodes: number): Share | undefined {
  return share >= 0 && share <= 1 && episodes >= 1
    ? shareOf(Math.round(share * episodes), episodes)
    : undefined;
}

/** What a file of metrics holds. */
export interface RecordedMetrics {
  readonly rows: readonly MetricsRow[];
  /** A sentence for each line that is no row, as a loss of power leaves them: file, line, what was found. */
  readonly unreadable: readonly string[];
}

/** Numbers that are kept of a file at once, and names that they have: a hundred thousand iterations of forty metrics. */
const [mostNumbers, mostNames] = [2 ** 22, 10_000];

/** Sentences about lines; a file that is no file of metrics has no end of them. */
const mostSentences = 20;

/**
 * All rows of a file of metrics; a last line that was not finished is none.
 *
 * @throws Error naming the file where they are too many to keep at once
 */
export function readMetrics(file: string): RecordedMetrics {
  const rows: MetricsRow[] = [];
  const names = new Set<string>();
  const unreadable = unreadableLines(file);
  let numbers = 0;
  for (const line of linesOf(file)) {
    if (!line.row) {
      unreadable.add(line);
      continue;
    }
    const own = Object.keys(line.row);
    for (const name of own) names.add(name);
    // A row itself takes as much as four of its numbers.
    numbers += 4 + own.length;
    if (numbers > mostNumbers || names.size > mostNames)
      throw new Error(`${file}: more than ${mostNumbers} numbers or ${mostNames} names of metrics`);
    rows.push(line.row);
  }
  return { rows, unreadable: unreadable.sentences() };
}

/** The rows of a file of metrics one after another, however many they are. */
export function* rowsOf(file: string): Generator<MetricsRow> {
  for (const { row } of linesOf(file)) if (row) yield row;
}

/** A sentence for each line of a file of metrics that is no row, however long it is. */
export function unreadableIn(file: string): string[] {
  const unreadable = unreadableLines(file);
  for (const line of linesOf(file)) if (!line.row) unreadable.add(line);
  return unreadable.sentences();
}

function unreadableLines(file: string) {
  const told: string[] = [];
  let count = 0;
  return {
    add: ({ number, text, length }: Line): void => {
      if (++count > mostSentences) return;
      told.push(
        `${file} line ${number}: found ${shortened(text, length)}, wanted an object of JSON; left out`,
      );
    },
    sentences: (): string[] =>
      count <= mostSentences
        ? told
        : [...told, `${file}: ${count - mostSentences} more lines are no object of JSON; left out`],
  };
}

/** Drops the rows of later iterations and what is no row, atomically. */
export async function cutMetrics(file: string, iteration: number): Promise<void> {
  await writeWhole(file, keptLines(file, iteration));
}

/** Many lines at once, as each part is a call of the system. */
function* keptLines(file: string, iteration: number): Generator<string> {
  let lines: string[] = [];
  for (const { row, text } of linesOf(file)) {
    // What a run reports at its end it plays again at its next.
    if (row && Number(row.iteration) <= iteration && !('report/mean_reward' in row)) lines.push(`${text}\n`);
    if (lines.length < 1000) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}

function shortened(text: string, length: number): string {
  return length > 20 ? `${JSON.stringify(text.slice(0, 20))}… (${length} characters)` : JSON.stringify(text);
}
