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
      if (metric.step <= (latest.get(metric.key) ?? -Infinity)) continue;
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

/** A name with _ for what MLflow has in none. */
export function keyOf(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}_./ -]/gu, '_').slice(0, 250);
}
