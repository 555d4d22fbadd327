import { deepStrictEqual } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withPage } from '@dppo/browser';
import { snippet } from '@dppo/testing/snippet';
import { build, preview } from 'vite';
import { mapStack } from './map-stack.ts';

interface Check {
  readonly actual: unknown;
  readonly expected: unknown;
  readonly stack: string;
}

const files = {
  'index.html':
    '<!doctype html><link rel="icon" href="data:," /><script type="module" src="page.js"></script>',
  'page.js': "import './README.md.ts'; document.title = 'done';",
  // Compares nothing itself: what it was given is compared here, by Node.
  'assert.js': `globalThis.checks = [];
    export default {
      deepEqual: (actual, expected) =>
        checks.push(structuredClone({ actual, expected, stack: new Error('the check in').stack })),
    };`,
};

/** Bundles the snippet of a README with Vite, from what is installed in a folder, and runs it in a page. */
export async function runInChromium(folder: string, readme: string): Promise<void> {
  for (const [name, text] of Object.entries({ ...files, 'README.md.ts': snippet(readme) })) {
    await writeFile(join(folder, name), text);
  }
  const shared = { root: folder, configFile: false, logLevel: 'silent' } as const;
  await build({
    ...shared,
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
