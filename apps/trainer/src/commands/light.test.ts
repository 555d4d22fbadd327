import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

import { expect, it } from 'vitest';

const commands = readdirSync(new URL('./', import.meta.url)).filter((name) => !name.endsWith('.test.ts'));

it('loads no TensorFlow with any command: what does not fit is refused before', () => {
  const imports = commands.map(
    (name) => `await import(${JSON.stringify(new URL(name, import.meta.url).href)});`,
  );
  // What tfjs-core leaves where it was loaded.
  const script = `${imports.join('\n')} console.log('_tfengine' in globalThis);`;
  const words = ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(commands.length).toBeGreaterThan(10);
  expect(stdout, stderr).toBe('false\n');
});
