import { expect, it } from 'vitest';

import type { Evaluated } from './metrics-file.ts';
import { results } from './results.ts';

const evaluated = (iteration: number, mean: number): Evaluated => ({
  iteration,
  mean,
  envSteps: 10 * iteration,
  std: 1,
  meanLength: 5,
  episodes: 40,
});
const evaluations = [evaluated(0, 1), evaluated(1, 9), evaluated(2, 4)];

it('are of the episodes that chose nothing, by what those that chose say is best', () => {
  const reports = [evaluated(0, 2), evaluated(1, 5), evaluated(2, 6)];
  const [before, best, after] = reports;
  expect(results({ evaluations, reports })).toEqual({ before, best, after, independent: true });
});

it('are of the episodes that chose where one of the three has no report yet', () => {
  const [before, best, after] = evaluations;
  const reports = [evaluated(0, 2), evaluated(1, 5)];
  expect(results({ evaluations, reports })).toEqual({ before, best, after, independent: false });
  expect(results({ evaluations: [], reports: [] })).toBeUndefined();
});
