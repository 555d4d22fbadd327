/** Options of a configuration by name: those in which it differs from what all jobs share. */
export type Point = Readonly<Record<string, unknown>>;

/** The value of an option as a command line has it. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A configuration in a few words. */
export function describePoint(point: Point): string {
  return Object.entries(point)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(', ');
}
