import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

/** The last line of a run of vitest over one file, with a millisecond for each test. */
function lastLine(test: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'dppo-'));
  const globalSetup = fileURLToPath(new URL('out-of-time.ts', import.meta.url));
  const options = { globals: true, testTimeout: 1, hookTimeout: 1, globalSetup };
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default { test: ${JSON.stringify(options)} };`);
  writeFileSync(join(folder, 'some.test.js'), test);
  const vitest = fileURLToPath(new URL('../vitest.mjs', import.meta.resolve('vitest')));
  const words = [vitest, 'run', '--root', folder, '--no-color'];
  return spawnSync(process.execPath, words, { encoding: 'utf8' }).stdout.trim().split('\n').at(-1);
}

it('says last how many tests ran out of time, those whose hook did among them', () => {
  const never = '() => new Promise(() => {})';
  expect(
    lastLine(`it('a', ${never});
      it('b', ${never});
      it('c', () => { throw new Error('wrong'); });
      describe('d', () => { beforeAll(${never}); it('e', () => {}); });`),
  ).toBe('3 tests ran out of time');
});

it('says nothing of tests that fail otherwise', () => {
  expect(lastLine("it('a', () => { throw new Error('wrong'); });")).toMatch(/Duration/);
});
