import { printableInLine } from './printable.ts';

/** Whether there is something to show. */
export function isKnown(value: unknown): boolean {
  return value !== undefined && !Number.isNaN(value);
}

/** A value as it stands in a table, numbers with four digits. */
export function cell(value: unknown): string {
  if (!isKnown(value)) return '—';
  if (typeof value === 'string') return printableInLine(value);
  return typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(4)))
    : JSON.stringify(value);
}

/** Columns side by side, the first one to the left. */
export function table(columns: readonly (readonly string[])[]): string {
  const aligned = columns.map((cells, i) => {
    const width = Math.max(...cells.map((text) => text.length));
    return cells.map((text) => (i === 0 ? text.padEnd(width) : text.padStart(width)));
  });
  return aligned[0].map((_, row) => aligned.map((cells) => cells[row]).join('  ')).join('\n');
}
