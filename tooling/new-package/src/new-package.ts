import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const here = new URL('../../../', import.meta.url);
/** What is the same in all packages is taken from this one. */
const model = new URL('packages/rl/', here);

/**
 * Makes `packages/name` with everything that a package has: manifest, build, one export with its test, README, and its rows in the
 * tables of README.md and docs/architecture.md.
 *
 * @throws RangeError where the name is taken or no package's, or there is no sentence; nothing is written then
 */
export function newPackage(name: string, sentence: string, project: URL = here): void {
  if (!/^[a-z][a-z\d]*(-[a-z\d]+)*$/.test(name)) {
    throw new RangeError(
      `new-package: name ${JSON.stringify(name)}, expected small letters, digits and hyphens`,
    );
  }
  if (sentence.trim() === '')
    throw new RangeError('new-package: no sentence, expected what the package is for');
  const own = new URL(`packages/${name}/`, project);
  if (existsSync(own)) throw new RangeError(`new-package: packages/${name} exists, expected a new name`);

  const tables = {
    'README.md': withRow(
      new URL('README.md', project),
      /^\| \[@dppo\/trainer\]/m,
      `| [@dppo/${name}](packages/${name}) | ${sentence} | 0 / 0 |`,
    ),
    'docs/architecture.md': withRow(
      new URL('docs/architecture.md', project),
      /^ {3}└── @dppo\//m,
      `   ├── @dppo/${name} ${'─'.repeat(Math.max(2, 14 - name.length))} ${sentence}`,
    ),
  };
  mkdirSync(new URL('src/', own), { recursive: true });
  copyFileSync(new URL('tsconfig.build.json', model), new URL('tsconfig.build.json', own));
  const files = {
    'package.json': `${JSON.stringify(manifest(name, sentence), undefined, 2)}\n`,
    'README.md': readme(name, sentence),
    'src/index.ts': "export { purpose } from './purpose.ts';\n",
    'src/purpose.ts': `/** What this package is for. */\nexport const purpose = ${quoted(sentence)};\n`,
    'src/purpose.test.ts': test(sentence),
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(new URL(path, own), text);
  for (const [path, text] of Object.entries(tables)) writeFileSync(new URL(path, project), text);
}

/** The text of a document with one more row before a given one. */
function withRow(document: URL, before: RegExp, row: string): string {
  const text = readFileSync(document, 'utf8');
  const at = text.search(before);
  if (at === -1) throw new RangeError(`new-package: ${document.pathname}, expected a row like ${before}`);
  return `${text.slice(0, at)}${row}\n${text.slice(at)}`;
}

function manifest(name: string, description: string): object {
  const {
    dependencies: _,
    devDependencies: __,
    peerDependencies: ___,
    ...same
  } = JSON.parse(readFileSync(new URL('package.json', model), 'utf8'));
  return {
    ...same,
    name: `@dppo/${name}`,
    description,
    repository: { ...same.repository, directory: `packages/${name}` },
    scripts: { ...same.scripts, test: `vitest run --root ../.. packages/${name}` },
  };
}

function readme(name: string, sentence: string): string {
  return `# @dppo/${name}

${sentence}

\`\`\`sh
npm install @dppo/${name}
\`\`\`

\`\`\`ts
import { purpose } from '@dppo/${name}';

purpose.length; //=> ${sentence.length}
\`\`\`

What it leaves out: everything so far.

Every export with shapes, units, errors and source: [API](https://dppo-ts.github.io/dppo/modules/_dppo_${name.replaceAll('-', '_')}.html).
`;
}

function test(sentence: string): string {
  return `import { expect, it } from 'vitest';

import { purpose } from './purpose.ts';

it('says what the package is for', () => {
  expect(purpose).toBe(${quoted(sentence)});
});
`;
}

/** As a TypeScript string, in the quotes of our format. */
function quoted(text: string): string {
  return text.includes("'")
    ? JSON.stringify(text)
    : `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"')}'`;
}
