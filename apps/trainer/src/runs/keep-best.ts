import { readdir, rm } from 'node:fs/promises';

import type { Evaluated } from './metrics-file.ts';
import { fileIn, type RunFolder } from './run-folder.ts';

/** Deletes the policies of a run but so many with the best evaluations; one that was not evaluated counts least. */
export async function keepBest(
  folder: RunFolder,
  evaluations: readonly Evaluated[],
  count: number,
): Promise<void> {
  const means = new Map(evaluations.map(({ iteration, mean }) => [iteration, mean]));
  const policies = (await readdir(folder.dir)).flatMap((name) => {
    const iteration = Number(/^policy-(\d+)\.safetensors$/.exec(name)?.[1]);
    return Number.isNaN(iteration) ? [] : [{ name, iteration, mean: means.get(iteration) ?? -Infinity }];
  });
  // Of two without an evaluation the difference is NaN, and the later one goes first.
  const ranked = policies.toSorted((a, b) => b.mean - a.mean || b.iteration - a.iteration);
  await Promise.all(ranked.slice(count).map(({ name }) => rm(fileIn(folder, name))));
}
