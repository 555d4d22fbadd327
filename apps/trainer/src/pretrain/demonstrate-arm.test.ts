import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readDemonstrations } from '@dppo/data';
import { expect, it } from 'vitest';

import { check } from '../commands/demonstrate.ts';
import { demonstrateOptions } from './demonstrate-options.ts';
import { demonstrate } from './demonstrate.ts';

async function demonstrated(workers: number) {
  const outDir = mkdtempSync(join(tmpdir(), 'dppo-'));
  const options = demonstrateOptions.parse({ outDir, task: 'lift', episodes: 2, seed: 1, workers });
  await demonstrate(options, () => {});
  return readDemonstrations(join(outDir, 'train.npz'));
}

it('records an arm up to a success of ten steps, the same in any number of threads', async () => {
  const one = await demonstrated(1);
  expect([one.obsDim, one.actionDim, one.trajLengths.length]).toEqual([19, 7, 2]);
  const [first, second] = one.trajLengths;
  expect(one.rewards).toHaveLength(first + second);
  for (const end of [first, first + second]) {
    expect(Array.from(one.rewards.subarray(end - 11, end))).toEqual([0, ...Array(10).fill(1)]);
  }
  expect(Array.from(one.states.subarray(0, 19))).not.toEqual(
    Array.from(one.states.subarray(first * 19, (first + 1) * 19)),
  );
  expect(await demonstrated(2)).toEqual(one);
});

it.each([
  [
    { task: 'lift', ways: 'm2' },
    '--ways: found "m2", wanted it left out with --task lift: only avoid has ways',
  ],
  [{ workers: 2 }, '--workers: found 2, wanted it left out with --task avoid: a path in the plane'],
] as const)('refuses what has no use: %j', (given, sentence) => {
  const outDir = join(tmpdir(), 'dppo-none');
  expect(() => check(demonstrateOptions.parse({ outDir, ...given }))).toThrow(sentence);
});
