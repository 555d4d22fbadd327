/**
 * Rows as CSV, with the names of all of them in the first line; what is not there is empty, lists are JSON.
 *
 * @see RFC 4180, section 2
 */
export function csv(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names.map(quoted), ...rows.map((row) => names.map((name) => quoted(textOf(row[name]))))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function textOf(value: unknown): string {
  if (value === undefined || Number.isNaN(value)) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
