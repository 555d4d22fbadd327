import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provision } from '@dppo/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Source, install, installLine, installTfjs } from './install.ts';
import { pack } from './pack.ts';
import { runInChromium } from './run-in-chromium.ts';
import { runInNode } from './run-in-node.ts';
import { run } from './run.ts';
import { packages, root, trainer } from './workspace.ts';

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
afterAll(() => rm(into, { recursive: true, force: true }));

for (const { name, readme } of packages) {
  describe(`${name}, installed from its tarball,`, () => {
    let folder = '';
    beforeAll(async () => {
      const names = installLine(readme).filter((word) => word !== tfjsNode);
      folder = await install(names, source);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('does what its README says in Node without tfjs-node', () => runInNode(folder, readme));

    it.for(inBrowsers.has(name) ? [readme] : [])(
      'does what its README says in Chromium, bundled by Vite',
      (text) => runInChromium(folder, name, text),
    );
  });
}

describe(`${trainer.name}, installed from its tarball,`, () => {
  it('says how the dppo command is used', async () => {
    const folder = await install([trainer.name, '@tensorflow/tfjs'], source);
    expect(await run(folder, 'npx', ['dppo', '--help'])).toMatch('Usage: dppo');
  });
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
