import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { keepBest } from './keep-best.ts';

const others = ['best.safetensors', 'last.safetensors', 'policy-x.safetensors'];

it.each([
  [1, [10]],
  [2, [10, 5]],
  [3, [10, 5, 20]], // of those that were not evaluated the latest
  [9, [10, 5, 20, 15]],
])('keeps %i policies, those with the best evaluations, and all other files', async (count, kept) => {
  const dir = mkdtempSync(join(tmpdir(), 'keep-'));
  const names = [5, 10, 15, 20].map((iteration) => `policy-${iteration}.safetensors`);
  for (const name of [...names, ...others]) writeFileSync(join(dir, name), '');
  const same = { envSteps: 0, std: 0, meanLength: 1, episodes: 1 };
  const evaluations = [
    { iteration: 0, mean: 900, ...same },
    { iteration: 5, mean: 100, ...same },
    { iteration: 10, mean: 300, ...same },
  ];
  await keepBest({ dir }, evaluations, count);
  expect(readdirSync(dir).toSorted()).toEqual(
    [...kept.map((iteration) => `policy-${iteration}.safetensors`), ...others].toSorted(),
  );
});
