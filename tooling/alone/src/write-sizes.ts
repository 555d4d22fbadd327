import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pack } from './pack.ts';
import { sizes, withSizes } from './sizes.ts';
import { root } from './workspace.ts';

const readme = join(root, 'README.md');
const into = await mkdtemp(join(tmpdir(), 'dppo-sizes-'));
try {
  await writeFile(readme, withSizes(await readFile(readme, 'utf8'), await sizes(await pack(into), into)));
} finally {
  await rm(into, { recursive: true });
}
