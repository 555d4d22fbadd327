import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';
import { packages, root, trainer } from './workspace.ts';

/** The tarballs by the names of their packages. */
export type Tarballs = ReadonlyMap<string, string>;

/** Builds and packs all packages that are published. */
export async function pack(into: string): Promise<Tarballs> {
  // An earlier build's files, of sources that are gone, would be packed as well, and come out of turbo's cache.
  await Promise.all(
    [...packages, trainer].map(({ folder }) =>
      rm(join(root, folder, 'dist'), { recursive: true, force: true }),
    ),
  );
  const filters = ['--filter=./packages/*', '--filter=./apps/*'];
  await pnpm('exec', 'turbo', 'run', 'build', '--force', ...filters);
  await pnpm('--recursive', ...filters, 'pack', '--pack-destination', into);
  return new Map(
    [...packages, trainer].map(({ name, version }) => [
      name,
      join(into, `${name.slice(1).replace('/', '-')}-${version}.tgz`),
    ]),
  );
}

async function pnpm(...words: readonly string[]): Promise<void> {
  await run(root, process.execPath, ['tooling/bootstrap/run.mjs', 'pnpm', ...words]);
}
