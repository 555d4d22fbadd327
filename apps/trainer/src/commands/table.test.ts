import { readdirSync, readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

const commands = readdirSync(new URL('./', import.meta.url))
  .filter((name) => !name.endsWith('.test.ts'))
  .map((name) => name.replace('.ts', ''));

it.each([
  ['the table of cli.ts', '../cli.ts', (name: string) => `./commands/${name}.ts`],
  ['the README', '../../README.md', (name: string) => `| \`dppo ${name}\` `],
])('every command stands in %s', (_, file, entry) => {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(commands.filter((name) => !text.includes(entry(name)))).toEqual([]);
});
