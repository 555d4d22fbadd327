import { execFile } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

/** What the command does with an empty cache and no program on PATH. */
async function command(folder: string, ...args: string[]) {
  const script = fileURLToPath(new URL('command.ts', import.meta.url));
  const words = ['--conditions=@dppo/source', '--import', import.meta.resolve('tsx'), script, ...args];
  const env = { PATH: folder, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  return new Promise<{ stdout: string; stderr: string; failed: boolean }>((resolve) => {
    execFile(process.execPath, words, { env }, (error, stdout, stderr) =>
      resolve({ stdout, stderr, failed: error !== null }),
    );
  });
}

it('dppo-robosuite explains itself, and fails with one line where there is no pip', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dppo-'));
  const help = await command(folder, '--help');
  expect(help).toMatchObject({ stdout: expect.stringMatching(/^Usage: dppo-robosuite/), failed: false });
  const { stderr, failed } = await command(folder);
  expect(stderr).toMatch(/^dppo-robosuite: Python's pip is missing .*\n$/);
  expect(failed).toBe(true);
  expect((await readdir(folder, { recursive: true })).filter((name) => name.includes('robosuite'))).toEqual(
    [],
  );
});
