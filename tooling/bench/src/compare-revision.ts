import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Contender } from './contender.ts';

const root = new URL('../../..', import.meta.url).pathname;

function git(...args: string[]): void {
  execFileSync('git', ['-C', root, ...args], { stdio: 'inherit' });
}

/** A contender that runs another revision, in a work tree of its own that goes with this process. */
export async function compareRevision(
  revision: string,
  start: (folder: string) => Promise<Contender>,
): Promise<Contender> {
  const folder = mkdtempSync(join(tmpdir(), 'dppo-compare-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    git('worktree', 'prune');
  };
  process.once('exit', remove);
  git('worktree', 'add', '--detach', '--quiet', folder, revision);
  // Installs what that revision needs, the native part included.
  execFileSync('node', ['tooling/bootstrap/run.mjs', 'dppo', '--help'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return start(folder);
}
