import { expect, it } from 'vitest';

import { leastMultiple, stagesOf } from './stages.ts';

const pace = { iterations: 20, stepsEach: 100, multiple: 1 };

it('has no judgement without a rule', () => {
  expect(stagesOf({}, [pace, { ...pace, iterations: 7 }])).toEqual([[20, 7]]);
});

it('judges after first env steps and factor times as many, and then lets go on to the end', () => {
  // 300, 600, 1200 of 2000 env steps
  expect(stagesOf({ halving: { first: 300, factor: 2 } }, [pace])).toEqual([[3], [6], [12], [20]]);
  expect(stagesOf({ halving: { first: 300, factor: 3 } }, [pace])).toEqual([[3], [9], [20]]);
});

it('judges after first env steps, and after every further ones', () => {
  expect(stagesOf({ median: { first: 500, every: 700 } }, [pace])).toEqual([[5], [12], [19], [20]]);
});

it('goes by env steps where iterations have others, and no further than each has iterations', () => {
  const half = { ...pace, stepsEach: 50 };
  expect(stagesOf({ halving: { first: 800, factor: 2 } }, [pace, half])).toEqual([
    [8, 16],
    [16, 20],
    [20, 20],
  ]);
});

it('judges where a job evaluates and saves', () => {
  const rare = { ...pace, multiple: leastMultiple(4, 6) };
  expect(rare.multiple).toBe(12);
  // 300 and 600 env steps are both judged after iteration 12.
  expect(stagesOf({ halving: { first: 300, factor: 2 } }, [rare])).toEqual([[12], [20]]);
});

it('refuses a rule that would judge nothing before its end', () => {
  expect(() => stagesOf({ median: { first: 2000, every: 1 } }, [pace])).toThrow(
    '--median: found first 2000, wanted a place before the end: a job has 2000 env steps, and is judged where it both evaluates and saves',
  );
});
