import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provision } from '@dppo/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Source, install, installLine, installTfjs } from './install.ts';
import { pack } from './pack.ts';
import { runInChromium } from './run-in-chromium.ts';
import { runInNode } from './run-in-node.ts';
import { run } from './run.ts';
import { outdated, sizes } from './sizes.ts';
import { guides, packages, root, trainer } from './workspace.ts';

const inBrowsers = new Set([
  '@dppo/agent',
  '@dppo/avoid',
  '@dppo/checkpoint',
  '@dppo/diffusion',
  '@dppo/env',
  '@dppo/files',
  '@dppo/nn',
  '@dppo/optim',
  '@dppo/policy',
  '@dppo/rl',
]);
const tfjsNode = '@tensorflow/tfjs-node';

let into = '';
let source: Source;
beforeAll(async () => {
  into = await mkdtemp(join(tmpdir(), 'dppo-alone-'));
  const [tarballs, tfjsModules] = await Promise.all([pack(into), installTfjs(into)]);
  source = { into, tarballs, tfjsModules };
});
afterAll(() => rm(into, { recursive: true, maxRetries: 20 }));

it('the sizes in the table of README.md are within a tenth of what is packed: pnpm sizes', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  expect(outdated(readme, await sizes(source.tarballs, into))).toEqual([]);
});

for (const { name, readme } of packages) {
  describe(`${name}, installed from its tarball,`, () => {
    let folder = '';
    beforeAll(async () => {
      const names = installLine(readme).filter((word) => word !== tfjsNode);
      folder = await install(names, source);
    });
    afterAll(() => rm(folder, { recursive: true, maxRetries: 20 }));

    it('does what its README says in Node without tfjs-node', () => runInNode(folder, readme));

    it.for(inBrowsers.has(name) ? [readme] : [])(
      'does what its README says in Chromium, bundled by Vite',
      (text) => runInChromium(folder, name, text),
    );
  });
}

describe(`${trainer.name}, installed from its tarball,`, () => {
  let folder = '';
  beforeAll(async () => {
    folder = await install(installLine(trainer.readme), source);
  });
  afterAll(() => rm(folder, { recursive: true, maxRetries: 20 }));

  it('says how the dppo command is used', async () => {
    expect(await run(folder, 'npx', ['dppo', '--help'])).toMatch('Usage: dppo');
  });

  it('does what its README says in Node without tfjs-node', () => runInNode(folder, trainer.readme));
});

// They share a folder.
describe.sequential('a guide, on what is installed from tarballs,', () => {
  let folder = '';
  beforeAll(async () => {
    const names = packages.flatMap(({ readme }) => installLine(readme));
    // vitest is what @dppo/env/testing is for.
    folder = await install(
      [...names, trainer.name, 'vitest'].filter((word) => word !== tfjsNode),
      source,
    );
    // They name files of a clone.
    await mkdir(join(folder, 'apps'));
    await symlink(join(folder, 'node_modules', trainer.name), join(folder, 'apps', 'trainer'));
  });
  afterAll(() => rm(folder, { recursive: true, maxRetries: 20 }));

  it.for(guides)('$name does what it says', ({ text }) => runInNode(folder, text));
});

// They share a folder.
describe.sequential('with tfjs-node', () => {
  let folder = '';
  let refusal: string | undefined;
  beforeAll(async () => {
    refusal = await provision(root).then(
      () => undefined,
      ({ message }: Error) => message,
    );
    if (refusal !== undefined) return;
    const names = packages.flatMap(({ readme }) => installLine(readme));
    folder = await install([...names, tfjsNode], source);
    await run(folder, 'npx', ['dppo-native']);
    await writeFile(
      join(folder, 'native.mjs'),
      "import { useBackend } from '@dppo/engine'; await useBackend('tensorflow');",
    );
  });

  for (const { name, readme } of packages) {
    it(`${name} does what its README says`, async ({ skip }) => {
      skip(refusal !== undefined, refusal);
      await runInNode(folder, readme, ['--import', './native.mjs']);
    });
  }
});
