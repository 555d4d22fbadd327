import { deepStrictEqual } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPage } from '@dppo/browser';
import { snippet } from '@dppo/testing/snippet';
import { type Plugin, build, preview } from 'vite';
import { mapStack } from './map-stack.ts';

interface Check {
  readonly actual: unknown;
  readonly expected: unknown;
  readonly stack: string;
}

const files = {
  'index.html':
    '<!doctype html><link rel="icon" href="data:," /><script type="module" src="page.js"></script>',
  // Compares nothing itself: what it was given is compared here, by Node.
  'assert.js': `globalThis.checks = [];
    export default {
      deepEqual: (actual, expected) =>
        checks.push(structuredClone({ actual, expected, stack: new Error('the check in').stack })),
    };`,
};

const withoutNode: Plugin = {
  name: 'without-node',
  enforce: 'pre',
  resolveId(id, importer) {
    if (id.startsWith('node:')) throw new Error(`${importer} imports ${id}, which no browser has`);
  },
};

/**
 * Bundles the snippet of a README and all exports of its package with Vite, from what is installed in a folder, and runs them in a
 * page. An Error that names them where anything imports a module of Node.js, for which bundlers put warnings or fail.
 */
export async function runInChromium(folder: string, packageName: string, readme: string): Promise<void> {
  const script = `import * as all from '${packageName}'; globalThis.all = all;
    import './README.md.ts'; document.title = 'done';`;
  for (const [name, text] of Object.entries({
    ...files,
    'page.js': script,
    'README.md.ts': snippet(readme),
  })) {
    await writeFile(join(folder, name), text);
  }
  const shared = { root: folder, configFile: false, logLevel: 'silent' } as const;
  await build({
    ...shared,
    plugins: [withoutNode],
    resolve: { alias: { 'node:assert/strict': join(folder, 'assert.js') } },
    build: { target: 'esnext', sourcemap: true },
  });
  const server = await preview(shared);
  try {
    const checks = await withPage(async (page) => {
      await page.goto(server.resolvedUrls?.local[0] ?? '');
      await page.waitForFunction("document.title === 'done'");
      return page.evaluate<Check[]>('checks');
    });
    checks.forEach(compare);
  } catch (error) {
    const stack = String(error instanceof Error ? error.stack : error);
    throw new Error(mapStack(stack, join(folder, 'dist')), { cause: error });
  } finally {
    await server.close();
  }
}

function compare({ actual, expected, stack }: Check): void {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    throw new Error(`${String(error)}\n${stack}`, { cause: error });
  }
}
