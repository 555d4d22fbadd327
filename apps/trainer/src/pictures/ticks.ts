/** How an axis writes its numbers. */
export interface Ticks {
  /** The power of ten that its numbers are counted in; 0 where they are written as they are. */
  readonly exponent: number;
  /** d3-format's, where its own choice would be long. */
  readonly format: string | undefined;
  /** How many there are where only whole numbers, and few, are worth one. */
  readonly count: number | undefined;
}

/** Ticks of axes, about. */
export const mostTicks = 7;

/** Counts small numbers in a power of ten, and large ones with SI prefixes: 2.2 for 0.0000022, 1.5M for 1500000. */
export function ticksOf(values: readonly number[]): Ticks {
  const finite = values.filter(Number.isFinite);
  const largest = finite.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const span = Math.max(...finite, -Infinity) - Math.min(...finite, Infinity);
  const isSmall = largest > 0 && largest < 0.01;
  return {
    exponent: isSmall ? 3 * Math.floor(Math.log10(largest) / 3) : 0,
    format: largest >= 10_000 ? '~s' : span === 0 ? '.3~g' : undefined,
    count: span < mostTicks && finite.every(Number.isInteger) ? Math.max(1, span) : undefined,
  };
}

/** The label of an axis with what its numbers are counted in: "approximate KL, 1e-6 nats". */
export function axisTitle(label: string, unit: string | undefined, exponent: number): string {
  const counted = [...(exponent === 0 ? [] : [`1e${exponent}`]), ...(unit === undefined ? [] : [unit])];
  return [label, ...(counted.length > 0 ? [counted.join(' ')] : [])].join(', ');
}
