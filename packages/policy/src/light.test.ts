import { spawnSync } from 'node:child_process';

import { expect, it } from 'vitest';

it('reads what a policy is without loading TensorFlow', () => {
  const script = `await import(${JSON.stringify(new URL('head.ts', import.meta.url).href)});
    console.log('_tfengine' in globalThis);`;
  const words = ['--conditions=@dppo/source', '--import', 'tsx', '--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(stdout, stderr).toBe('false\n');
});
