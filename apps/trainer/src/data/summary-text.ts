import { type Dimension, dimensionOf, type Summary } from './summary.ts';

/** What `dppo data` says of demonstrations, line by line. */
export function summaryText(summary: Summary, { format }: { readonly format: string }): string[] {
  const { episodes, steps, lengths, returns, ended } = summary;
  const sorted = lengths.toSorted((a, b) => a - b);
  const { mean, std, min, max } = dimensionOf(Float32Array.from(returns));
  return [
    `${format}: ${episodes} episodes, ${steps} steps, ${sorted[0]} to ${sorted[episodes - 1]} an episode, half of them at most ${sorted[Math.floor(episodes / 2)]}; ${ended} ended, ${episodes - ended} were cut`,
    `return ${short(mean)} ± ${short(std)} (${short(min)} … ${short(max)})`,
    ...table('observations', summary.observations),
    ...table('actions', summary.actions),
  ];
}

function table(name: string, dimensions: readonly Dimension[]): string[] {
  const header = [name.padEnd(14), 'min', 'max', 'mean', 'std', 'at bounds'];
  return [
    line(header),
    ...dimensions.map(({ min, max, mean, std, atBounds, histogram }, d) =>
      line([
        String(d).padStart(14),
        ...[min, max, mean, std].map(short),
        `${(100 * atBounds).toFixed(1)} %`,
        bars(histogram),
      ]),
    ),
  ];
}

function line([first, ...cells]: readonly string[]): string {
  return `${first} ${cells.map((cell) => cell.padStart(10)).join(' ')}`;
}

/** One character for each part of a histogram. */
function bars(histogram: readonly number[]): string {
  const most = Math.max(...histogram);
  return histogram
    .map((count) => (count === 0 ? ' ' : '▁▂▃▄▅▆▇█'[Math.ceil((8 * count) / most) - 1]))
    .join('');
}

/** A number in four digits. */
export function short(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
