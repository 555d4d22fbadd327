import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Converter, MinimalSourceFile } from 'typedoc';

import { load as described } from './described.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const folders = [...readdirSync(`${root}/packages`).map((name) => `packages/${name}`), 'apps/trainer'];

/** @type {import('typedoc').TypeDocOptions} */
// oxlint-disable-next-line import/no-default-export -- typedoc asks for one
export default {
  name: '@dppo',
  entryPoints: [
    ...folders.map((folder) => `${root}/${folder}/src/index.ts`),
    `${root}/packages/cluster/src/testing/index.ts`,
    `${root}/packages/env/src/testing/index.ts`,
  ],
  basePath: root,
  out: 'api',
  readme: 'none',
  disableGit: true,
  excludeExternals: true,
  sourceLinkTemplate: 'https://github.com/dppo-ts/dppo/blob/main/{path}#L{line}',
  plugin: [packageModules, described],
  packagesRequiringDocumentation: folders.map((folder) => `@dppo/${basename(folder)}`),
  requiredToBeDocumented: ['Function', 'Variable', 'Class', 'Method', 'Interface', 'TypeAlias'],
  validation: { notDocumented: true, notExported: true, invalidLink: true, invalidPath: true },
  treatWarningsAsErrors: true,
};

/** Calls each module what it is imported as, and opens the page of a package with its README. */
function packageModules(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children) {
      const [above, folder, , ...inner] = module.name.split('/');
      module.name = ['@dppo', folder, ...inner].join('/');
      if (inner.length > 0) continue;
      const readme = `${root}/${above}/${folder}/README.md`;
      const text = readFileSync(readme, 'utf8').replace(/^# .*\n/, '');
      const { content } = app.converter.parseRawComment(new MinimalSourceFile(text, readme), project.files);
      module.readme = content;
    }
  });
}
