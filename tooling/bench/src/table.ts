import type { Compared } from './measure.ts';
import { iterationName, type PhaseFacts } from './phase.ts';

export interface Result {
  readonly phase: PhaseFacts;
  readonly measured: Readonly<Record<string, Compared>>;
}

/**
 * The results as a Markdown table: wall and processor time of one run, GFLOP/s and their share of the most that a plain matrix product
 * reached, and for each other contender its times and how many times longer it took; below it the memory of training.
 */
export function table(results: readonly Result[], [here, ...others]: readonly string[]): string {
  const products = results.filter(({ phase }) => phase.name.startsWith('matmul'));
  const peak = Math.max(...products.map(({ phase, measured }) => (phase.flops ?? 0) / measured[here].wall));
  const header = [
    'phase',
    'ms',
    'CPU ms',
    'GFLOP/s',
    'of peak',
    'makes',
    ...others.flatMap((name) => [`${name} ms`, 'takes']),
  ];
  const rows = results.map(({ phase: { name, flops, makes }, measured }) => {
    const { wall, cpu } = measured[here];
    return [
      name,
      milliseconds(wall),
      milliseconds(cpu),
      flops === undefined ? '' : (flops / wall / 1e9).toFixed(1),
      flops === undefined || products.length === 0 ? '' : `${((100 * flops) / wall / peak).toFixed(0)} %`,
      makes === undefined ? '' : `${Math.round(makes.count / wall)} ${makes.unit}/s`,
      ...others.flatMap((other) =>
        other in measured
          ? [milliseconds(measured[other].wall), `×${measured[other].times.toFixed(2)}`]
          : ['', ''],
      ),
    ];
  });
  const memory = results
    .filter(({ phase }) => phase.name.startsWith(iterationName))
    .map(({ phase, measured }) => {
      const each = Object.entries(measured).map(([name, { rss }]) => `${name} ${(rss / 1e9).toFixed(2)} GB`);
      return `Peak memory of a ${phase.name}: ${each.join(', ')}`;
    });
  return [markdown([header, ...rows]), ...memory].join('\n\n');
}

/** Rows of cells, the first of which is the header. */
export function markdown([header, ...rows]: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function milliseconds(seconds: number): string {
  return (seconds * 1000).toPrecision(3);
}
