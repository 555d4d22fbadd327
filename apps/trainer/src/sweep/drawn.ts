import { childSeed } from '@dppo/env';
import { z } from 'zod';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import type { Point } from './point.ts';
import { range, type SweepOptions } from './sweep-options.ts';

type Random = NonNullable<SweepOptions['random']>;

/**
 * Configurations whose options are drawn, each number of them from the seed, its option's name and its place: more samples, or more options, leave those
 * before as they were.
 *
 * @throws Error for a range that has no numbers, or none with a logarithm
 */
export function drawn({ samples, seed, options }: Random): readonly Point[] {
  const draws = Object.entries(options).map(([name, values]) => [name, drawOf(name, values)] as const);
  return Array.from({ length: samples }, (_, i) =>
    Object.fromEntries(draws.map(([name, draw]) => [name, draw(childSeed(seed, name, i) / 2 ** 53)])),
  );
}

/** What becomes of a number in [0, 1). */
function drawOf(name: string, values: Random['options'][string]): (share: number) => unknown {
  if (Array.isArray(values)) return (share) => values[Math.floor(share * values.length)];
  const { from, to, scale } = range.parse(values);
  if (!(from < to))
    throw new Error(`--random: found ${name} from ${from} to ${to}, wanted from less than to`);
  if (scale === 'linear' && isWhole(name)) return (share) => Math.floor(from + share * (to + 1 - from));
  const round = isWhole(name) ? Math.round : rounded;
  if (scale === 'linear') return (share) => round(from + share * (to - from));
  if (from <= 0)
    throw new Error(`--random: found ${name} from ${from} on a scale of logarithms, wanted more than 0`);
  return (share) => round(from * (to / from) ** share);
}

/** With digits that a person can copy. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/** Whether an option takes whole numbers alone. */
function isWhole(name: string): boolean {
  const field: z.ZodType | undefined = Object.entries(finetuneOptions.shape).find(
    ([key]) => key === name,
  )?.[1];
  return field !== undefined && z.toJSONSchema(field, { io: 'input' }).type === 'integer';
}
