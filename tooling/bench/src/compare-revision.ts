import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Contender } from './contender.ts';

const root = new URL('../../..', import.meta.url).pathname;

function git(...args: string[]): void {
  execFileSync('git', ['-C', root, ...args], { stdio: 'inherit' });
}

/** A contender that runs another revision, in a work tree of its own that goes when the contender is closed. */
export async function compareRevision(
  revision: string,
  start: (folder: string) => Promise<Contender>,
): Promise<Contender> {
  const folder = mkdtempSync(join(tmpdir(), 'dppo-compare-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    git('worktree', 'prune');
  };
  try {
    git('worktree', 'add', '--detach', '--quiet', folder, revision);
    execFileSync('node', ['tooling/bootstrap/run.mjs', 'dppo', '--help'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const other = await start(folder);
    return {
      ...other,
      close: () => {
        other.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
