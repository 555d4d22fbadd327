import { join } from 'node:path';
import { run } from './run.ts';
import { packageManager, packages, root, trainer } from './workspace.ts';

/** The tarballs by the names of their packages. */
export type Tarballs = ReadonlyMap<string, string>;

/** Builds and packs all packages that are published. */
export async function pack(into: string): Promise<Tarballs> {
  const filters = ['--filter=./packages/*', '--filter=./apps/*'];
  await pnpm('exec', 'turbo', 'run', 'build', ...filters);
  await pnpm('--recursive', ...filters, 'pack', '--pack-destination', into);
  return new Map(
    [...packages, trainer].map(({ name, version }) => [
      name,
      join(into, `${name.slice(1).replace('/', '-')}-${version}.tgz`),
    ]),
  );
}

async function pnpm(...words: readonly string[]): Promise<void> {
  const exec = ['exec', '--yes', '--loglevel=error', `--package=${packageManager}`, '--', 'pnpm'];
  await run(root, 'npm', [...exec, ...words]);
}
