import { type MetricsRow, rowsOf } from '../runs/metrics-file.ts';
import type { Scalars } from './logger.ts';

/** A number as MLflow takes it. */
interface Metric {
  readonly key: string;
  /** NaN, Infinity and -Infinity as text, which JSON has no numbers for. */
  readonly value: number | string;
  readonly timestamp: number;
  readonly step: number;
}

/** Metrics of one call, and the rows that are sent whole with it. */
export interface Batch {
  readonly metrics: readonly Metric[];
  readonly whole: readonly Scalars[];
}

/** A server refuses more in one call. */
const most = 1000;

/**
 * Rows as metrics in calls that a server takes, without what it has.
 *
 * @param latest - the latest step of each metric that the server has
 */
export function* batches(rows: readonly Scalars[], latest: ReadonlyMap<string, number>): Generator<Batch> {
  let metrics: Metric[] = [];
  let whole: Scalars[] = [];
  for (const row of rows) {
    for (const metric of metricsOf(row)) {
      if (!isNew(metric.key, metric.step, latest)) continue;
      metrics.push(metric);
      if (metrics.length < most) continue;
      yield { metrics, whole };
      [metrics, whole] = [[], []];
    }
    whole.push(row);
  }
  if (metrics.length > 0) yield { metrics, whole };
}

function metricsOf({ values, time, step }: Scalars): Metric[] {
  return Object.entries(values).map(([name, value]) => ({
    key: keyOf(name),
    value: Number.isFinite(value) ? value : String(value),
    timestamp: Math.round(time),
    step,
  }));
}

/** A name with _ for what MLflow has in none: other letters, and parts that would be folders of files elsewhere. */
export function keyOf(name: string): string {
  const parts = name
    .replaceAll(/[^\p{L}\p{N}_./ -]/gu, '_')
    .slice(0, 250)
    .split('/');
  return parts.map((part) => (/^\.{0,2}$/.test(part) ? '_' : part)).join('/');
}

/** The rows of a file of metrics up to an iteration, as far as a server has not got all of their numbers. */
export function missingRows(file: string, iteration: number, latest: ReadonlyMap<string, number>): Scalars[] {
  const rows: Scalars[] = [];
  const time = Date.now();
  for (const row of rowsOf(file)) {
    const { iteration: own, ...values } = numbersIn(row);
    if (!(own <= iteration) || 'report/mean_reward' in row) continue;
    const scalars = { iteration: own, step: values['time/env_steps'] ?? own, time, values };
    if (metricsOf(scalars).some(({ key, step }) => isNew(key, step, latest))) rows.push(scalars);
  }
  return rows;
}

function numbersIn(row: MetricsRow): Record<string, number> {
  return Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

function isNew(key: string, step: number, latest: ReadonlyMap<string, number>): boolean {
  return step > (latest.get(key) ?? -Infinity);
}
