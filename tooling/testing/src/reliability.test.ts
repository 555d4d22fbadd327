import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const text = readFileSync(root('docs/reliability.md'), 'utf8');

/** The tests of a table's last column: `file`: title, … standing for words that are left out. */
const named = Array.from(
  text.matchAll(/`([\w./-]+\.test\.ts)`(?:: ([^·|\n]+))?/g),
  ([, file, title = '']) => ({
    file,
    title: title.trim(),
  }),
);

describe('docs/reliability.md', () => {
  it('names tests', () => {
    expect(named.length).toBeGreaterThan(50);
  });

  it.each(named)('names a test that there is: $file $title', ({ file, title }) => {
    const path = ['packages/', 'apps/trainer/src/', ''].map((place) => root(place + file)).find(existsSync);
    expect(path, file).toBeDefined();
    const tests = readFileSync(path ?? '', 'utf8');
    for (const words of title.split('…')) expect(tests).toContain(words.trim());
  });
});
