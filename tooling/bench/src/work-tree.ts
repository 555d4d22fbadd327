import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = new URL('../../..', import.meta.url).pathname;

function git(...args: string[]): string {
  return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
}

/** A work tree of another revision, ready to run; it goes with this process. */
export function workTree(revision: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dppo-compare-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
    git('worktree', 'prune');
  });
  git('worktree', 'add', '--detach', '--quiet', folder, revision);
  const [lockfile, ours] = [folder, root].map((tree) => readFileSync(join(tree, 'pnpm-lock.yaml'), 'utf8'));
  if (lockfile === ours) shareDependencies(folder);
  else install(folder);
  return folder;
}

/** pnpm's links are relative: copied, those between the packages lead to the other tree's, all others to what is installed here. */
function shareDependencies(folder: string): void {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const manifest of git('ls-files', '*/package.json').trim().split('\n')) {
    const links = join(dirname(manifest), 'node_modules');
    if (!existsSync(join(root, links))) continue;
    cpSync(join(root, links), join(folder, links), { recursive: true, verbatimSymlinks: true });
  }
}

/** What that revision needs, the native part included. */
function install(folder: string): void {
  execFileSync(process.execPath, ['tooling/bootstrap/run.mjs', 'dppo', '--help'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
