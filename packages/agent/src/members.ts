/** What stands in `record` under names that begin with `prefix`, by its names without it. */
export function members<T>(record: Readonly<Record<string, T>>, prefix: string): Record<string, T> {
  const own = Object.entries(record).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}
