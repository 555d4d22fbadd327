import { type Outcome, verdicts } from './read-apart.ts';

/** Outcomes counted, a line for each reader. */
export function counts(outcomes: readonly Outcome[]): string {
  const readers = [...new Set(outcomes.map(({ reader }) => reader))];
  const lines = readers.map((reader) => {
    const own = outcomes.filter((outcome) => outcome.reader === reader);
    const numbers = verdicts.map((verdict) => own.filter((outcome) => outcome.verdict === verdict).length);
    return line(reader, numbers.map(String));
  });
  return [line('reader', verdicts), ...lines].join('\n');
}

function line(name: string, cells: readonly string[]): string {
  return [name.padEnd(16), ...cells.map((cell) => cell.padStart(9))].join('');
}

/** A sentence for each file that did harm. */
export function failures(outcomes: readonly Outcome[]): string[] {
  return outcomes
    .filter(({ verdict }) => verdict !== 'read' && verdict !== 'refused')
    .map(({ reader, path, verdict, why }) => `${reader} ${path}: ${verdict}: ${why}`);
}
