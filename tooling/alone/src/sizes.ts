import type { Tarballs } from './pack.ts';
import { run } from './run.ts';

/** The bytes of a package as a tarball, and unpacked. */
export interface Size {
  readonly packed: number;
  readonly unpacked: number;
}

/** The sizes of packages by their names. */
export async function sizes(tarballs: Tarballs, into: string): Promise<ReadonlyMap<string, Size>> {
  const report = await run(into, 'npm', ['pack', '--dry-run', '--json', '--silent', ...tarballs.values()]);
  const packed: readonly { name: string; size: number; unpackedSize: number }[] = JSON.parse(report);
  return new Map(
    packed.map(({ name, size, unpackedSize }) => [name, { packed: size, unpacked: unpackedSize }]),
  );
}

/** The sizes in the last column of a package's row. */
const row = /(?<=^\| \[(@dppo\/[^\]]+)\].*\| *)([\d,]+) \/ ([\d,]+)(?= *\|$)/gm;

/** The same document with these sizes in its table. */
export function withSizes(readme: string, of: ReadonlyMap<string, Size>): string {
  return readme.replaceAll(row, (text, name: string) => {
    const size = of.get(name);
    return size === undefined ? text : `${kilobytes(size.packed)} / ${kilobytes(size.unpacked)}`;
  });
}

/** The packages whose sizes differ from what the table says by more than a tenth, with both. */
export function outdated(readme: string, of: ReadonlyMap<string, Size>): readonly string[] {
  const said = new Map([...readme.matchAll(row)].map(([, name, ...columns]) => [name, columns.map(bytes)]));
  return [...of].flatMap(([name, { packed, unpacked }]) => {
    const columns = said.get(name) ?? [0, 0];
    if ([packed, unpacked].every((size, i) => Math.abs(columns[i] - size) <= 0.1 * size + 1000)) return [];
    return [`${name}: ${columns.join(' / ')} bytes in README.md, ${packed} / ${unpacked} packed`];
  });
}

function kilobytes(of: number): string {
  return Math.round(of / 1000).toLocaleString('en');
}

function bytes(kB: string): number {
  return 1000 * Number(kB.replaceAll(',', ''));
}
