import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dppo-'));
});

function native(...args: string[]): SpawnSyncReturns<string> {
  const script = fileURLToPath(new URL('native.ts', import.meta.url));
  const words = ['--conditions=@dppo/source', '--import', import.meta.resolve('tsx'), script, ...args];
  return spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
}

describe('dppo-native', () => {
  it('explains itself', () => {
    const { status, stdout } = native('--help');
    expect(stdout).toMatch(/^Usage: dppo-native/);
    expect(status).toBe(0);
  });

  it.each([
    { problem: 'a folder without tfjs-node', args: [], line: '@tensorflow/tfjs-node is not installed in ' },
    { problem: 'an option that it does not know', args: ['--gpu'], line: "Unknown option '--gpu'" },
  ])('fails with one line for $problem', ({ args, line }) => {
    const { status, stderr } = native(...args);
    expect(stderr).toContain(`dppo-native: ${line}`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(1);
  });
});
