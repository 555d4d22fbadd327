import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { beforeEach, describe, expect, it } from 'vitest';

import { installPip } from '../test/fake-pip.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dppo-'));
});

/** Starts the command with an empty cache and no program on PATH but those in the folder. */
function start(...args: string[]): ChildProcess {
  const script = fileURLToPath(new URL('command.ts', import.meta.url));
  const words = ['--conditions=@dppo/source', '--import', import.meta.resolve('tsx'), script, ...args];
  const env = { PATH: folder, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  return spawn(process.execPath, words, { env });
}

async function ended(command: ChildProcess) {
  const [stdout, stderr, code] = await Promise.all([
    text(command.stdout!),
    text(command.stderr!),
    new Promise((resolve) => command.on('close', resolve)),
  ]);
  return { stdout, stderr, code };
}

describe('dppo-mujoco', () => {
  it('explains itself', async () => {
    expect(await ended(start('--help'))).toMatchObject({
      stdout: expect.stringMatching(/^Usage: dppo-mujoco/),
      code: 0,
    });
  });

  it('fails with one line where there is no pip', async () => {
    const { stderr, code } = await ended(start());
    expect(stderr).toMatch(/^dppo-mujoco: Python's pip is missing .*\n$/);
    expect(code).toBe(1);
  });

  it('leaves nothing when it is interrupted', async () => {
    await installPip(folder, 'exec /bin/sleep 600');
    const command = start();
    const end = ended(command);
    while (!existsSync(join(folder, 'began'))) await new Promise((resolve) => setTimeout(resolve, 20));
    command.kill('SIGINT');
    const { stderr, code } = await end;
    expect(stderr.split('\n').slice(-2)).toEqual(['dppo-mujoco: interrupted; nothing was installed', '']);
    expect(code).toBe(130);
    const files = await readdir(folder, { recursive: true });
    expect(files.filter((name) => /mujoco|unfinished/.test(name))).toEqual([]);
  });
});
