import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const url = new URL('../../../', import.meta.url);
export const root: string = fileURLToPath(url);

export interface WorkspacePackage {
  /** From the root, packages/name. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly readme: string;
}

/** The libraries, all of which are published. */
export const packages: readonly WorkspacePackage[] = readdirSync(new URL('packages/', url))
  .filter((folder) => existsSync(new URL(`packages/${folder}/package.json`, url)))
  .map((folder) => readPackage(`packages/${folder}`));
export const trainer: WorkspacePackage = readPackage('apps/trainer');

/** The guides with code in them. */
export const guides: readonly { readonly name: string; readonly text: string }[] = readdirSync(
  new URL('docs/guides/', url),
)
  .map((name) => ({ name, text: readFileSync(new URL(`docs/guides/${name}`, url), 'utf8') }))
  .filter(({ text }) => text.includes('```ts\n'));

function readPackage(folder: string): WorkspacePackage {
  const readme = new URL(`${folder}/README.md`, url);
  return { folder, ...readJson(`${folder}/package.json`), readme: readFileSync(readme, 'utf8') };
}

function readJson(path: string) {
  return JSON.parse(readFileSync(new URL(path, url), 'utf8'));
}
