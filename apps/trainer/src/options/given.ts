import { kebab } from './option-layers.ts';

/** Options without those that are left open. */
export type Given<T> = { readonly [Name in keyof T]?: Exclude<T[Name], undefined> };

export function given<T extends object>(options: T): Given<T>;
export function given(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/**
 * Refuses options that are given and of no use; null is what is asked for without them.
 *
 * @throws Error naming the first of `names` that is, and what is `wanted`
 */
export function refuseGiven(
  options: Readonly<Record<string, unknown>>,
  names: readonly string[],
  wanted: string,
): void {
  const name = names.find((each) => options[each] !== undefined && options[each] !== null);
  if (name !== undefined)
    throw new Error(`--${kebab(name)}: found ${JSON.stringify(options[name])}, wanted ${wanted}`);
}
