import type { z } from 'zod';

import { kebab } from './option-layers.ts';

/** That options of a command bound another. */
export interface Relation {
  /** The option that is bound. */
  readonly option: string;
  readonly wanted: 'at most' | 'less than';
  /** The options that bound it; where one of them is left open there is no bound. */
  readonly by: readonly string[];
  /** The bound by the names of `by`. */
  readonly text: string;
  /** The bound by the values of `by`. */
  readonly bound: (...values: readonly number[]) => number;
  readonly why: string;
  /** What takes the place of a default that is beyond the bound; without it, that is refused as well. */
  readonly instead?: (bound: number) => number;
}

type Instead = Pick<Relation, 'instead'>;

/** `option` ≤ `bound`, another one. */
export function atMost(option: string, bound: string, why: string, instead: Instead = {}): Relation {
  return { option, wanted: 'at most', by: [bound], text: bound, bound: (value) => value, why, ...instead };
}

/** `option` < `bound`, another one. */
export function lessThan(option: string, bound: string, why: string, instead: Instead = {}): Relation {
  return { ...atMost(option, bound, why, instead), wanted: 'less than' };
}

const ofSchema = new WeakMap<z.ZodType, readonly Relation[]>();

/** The schema, with what bounds what among its options. */
export function bounded<S extends z.ZodObject>(schema: S, relations: readonly Relation[]): S {
  ofSchema.set(schema, relations);
  return schema;
}

/** What an option is, and what bounds it, such as "…; at most actorLr", before its default. */
export function descriptionIn(schema: z.ZodObject, option: string): string {
  const all = ofSchema.get(schema)?.filter((one) => one.option === option) ?? [];
  const bounds = all.map(({ wanted, text }) => `; ${wanted} ${text}`).join('');
  const field: z.ZodType = schema.shape[option];
  return (field.description ?? '').replace(/(?= \[default)|$/, bounds);
}

/**
 * Options within the bounds that they set one another: a default gives way to what is given.
 *
 * @param given - by their names, the options that are no defaults
 * @param ofPreset - by their names, those of a preset, which count as defaults do
 * @throws Error naming an option that is beyond its bound, and what bounds it
 */
export function related<Options extends object>(
  schema: z.ZodType,
  options: Options,
  given: Readonly<Record<string, unknown>>,
  ofPreset: Readonly<Record<string, unknown>> = {},
): Options {
  const all: Options = { ...options };
  const valueOf = (name: string): unknown => Object.entries(all).find(([key]) => key === name)?.[1];
  for (const { option, wanted, by, bound, why, instead } of ofSchema.get(schema) ?? []) {
    const [value, ...values] = [option, ...by].map(valueOf);
    if (typeof value !== 'number' || !values.every((one) => typeof one === 'number')) continue;
    const most = bound(...values);
    if (wanted === 'at most' ? value <= most : value < most) continue;
    if (instead !== undefined && !(option in given)) {
      Object.assign(all, { [option]: instead(most) });
      continue;
    }
    const named = by.map((name, i) => `--${kebab(name)} ${values[i]}`).join(', ');
    const limit = by.length === 1 && values[0] === most ? named : `${most} with ${named}`;
    const otherwise = option in ofPreset ? ' (of the preset)' : ' (its default)';
    const origin = option in given ? '' : otherwise;
    throw new Error(`--${kebab(option)}: found ${value}${origin}, wanted ${wanted} ${limit}: ${why}`);
  }
  return all;
}
