import fc from 'fast-check';
import { expect, it } from 'vitest';

import { printable, printableInLine } from './printable.ts';

it.each([
  ['colours', '\u001B[31mred', String.raw`\u001b[31mred`],
  ['titles of the window', '\u001B]0;owned\u0007', String.raw`\u001b]0;owned\u0007`],
  ['control sequences of one byte', '\u009B2J', String.raw`\u009b2J`],
  ['carriage returns', 'good\rbad', String.raw`good\u000dbad`],
  ['text from right to left', 'a\u202Eb', String.raw`a\u202eb`],
  ['characters beyond 16 bits that nobody sees', '\u{E0041}', String.raw`\udb40\udc41`],
])('escapes %s', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

it('leaves letters, signs and lines as they are', () => {
  expect(printable('Läufer ± 3 °C\n你好 🤖')).toBe('Läufer ± 3 °C\n你好 🤖');
  expect(printableInLine('a\nb')).toBe(String.raw`a\u000ab`);
});

it('keeps what JSON says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(JSON.parse(printable(JSON.stringify({ text })))).toEqual({ text });
    }),
  );
});
