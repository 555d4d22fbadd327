/** Whether a value from elsewhere is what it should be. */
export type Check<T> = (value: unknown) => value is T;

/** Text that a pattern fits. */
export function text(pattern: RegExp = /^/): Check<string> {
  return (value): value is string => typeof value === 'string' && pattern.test(value);
}

/** An integer that is not negative. */
export function count(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A finite number above 0. */
export function positive(value: unknown): value is number {
  return Number.isFinite(value) && Number(value) > 0;
}

/** One of some values. */
export function oneOf<const T>(...values: readonly T[]): Check<T> {
  return (value): value is T => values.some((each) => each === value);
}

/** A list of what a check takes. */
export function listOf<T>(check: Check<T>): Check<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.every(check);
}

/** What one of some checks takes. */
export function either<T>(...checks: readonly Check<T>[]): Check<T> {
  return (value): value is T => checks.some((check) => check(value));
}

/** An object with these members, as their checks have them, and no others. */
export function members<T extends object>(checks: { readonly [Key in keyof T]: Check<T[Key]> }): Check<T> {
  const expected = Object.entries<Check<unknown>>(checks);
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === expected.length &&
    expected.every(([key, check]) => Object.hasOwn(value, key) && check(Reflect.get(value, key)));
}

/** A value that a check takes; throws a RangeError that names `what` it is not. */
export function checked<T>(what: string, value: unknown, check: Check<T>): T {
  if (!check(value)) throw new RangeError(`${JSON.stringify(value)}, expected ${what}`);
  return value;
}
