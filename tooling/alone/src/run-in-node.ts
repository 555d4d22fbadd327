import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { snippet } from '@dppo/testing/snippet';
import { transformWithOxc } from 'vite';
import { run } from './run.ts';

/** Runs the snippet of a README as plain JavaScript in a folder; an error names the line of README.md. */
export async function runInNode(
  folder: string,
  readme: string,
  options: readonly string[] = [],
): Promise<void> {
  const { code, map } = await transformWithOxc(snippet(readme), 'README.md', { lang: 'ts', sourcemap: true });
  const inlineMap = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
  await writeFile(join(folder, 'readme.mjs'), `${code}\n//# sourceMappingURL=${inlineMap}\n`);
  const env = { ...process.env, TMPDIR: folder };
  await run(folder, process.execPath, ['--enable-source-maps', ...options, 'readme.mjs'], env);
}
