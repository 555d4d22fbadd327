import { spawnSync } from 'node:child_process';

import { expect, it } from 'vitest';

import { program } from '../test/program.ts';

it('says to an older Node what is wanted, before any command is loaded', () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });`;
  const words = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, ...program, 'doctor'];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(stderr).toMatch(/^dppo: got Node 18\.20\.8, wanted \S+ or newer\n$/);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
});
