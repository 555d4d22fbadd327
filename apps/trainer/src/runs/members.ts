/** The members of a record whose names begin with `prefix`, by the rest of their names. */
export function members<Member>(
  record: Readonly<Record<string, Member>>,
  prefix: string,
): Record<string, Member> {
  const own = Object.entries(record).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, member]) => [name.slice(prefix.length), member]));
}
