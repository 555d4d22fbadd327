import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const documents = execFileSync('git', listed, { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));

it('finds the documents', () => {
  expect(documents).toContain('docs/architecture.md');
});

it.for(documents)('%s leads to files and headings that exist', (file) => {
  const text = prose(file);
  const links = [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, link]) => link);
  const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(file, link));
  const paths = [...text.matchAll(/`((?:packages|apps|tooling|examples|docs)\/[\w./-]+)`/g)];
  const missing = paths.map(([, path]) => path).filter((path) => !existsSync(join(root, path)));
  expect([...broken, ...missing]).toEqual([]);
});

/** A document without its blocks of code. */
function prose(file: string): string {
  return readFileSync(join(root, file), 'utf8').replaceAll(/^```[^]*?^```/gm, '');
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path, anchor] = link.split('#');
  const target = path === '' ? from : relative(root, join(root, dirname(from), path));
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || headings(target).includes(anchor);
}

/** The anchors that GitHub gives the headings of a document. */
function headings(file: string): string[] {
  return [...prose(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
