/**
 * Text as a terminal may show it: what would move the cursor, colour, hide or turn text around is escaped as in JSON, as it may
 * come from a stranger's file. Line breaks stay.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (found) =>
    found === '\n' ? found : escaped(found),
  );
}

/** The same with line breaks escaped, for a part of a line. */
export function printableInLine(text: string): string {
  return printable(text).replaceAll('\n', escaped);
}

function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
