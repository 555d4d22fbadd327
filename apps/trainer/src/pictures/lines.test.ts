import { expect, it } from 'vitest';

import { linesOf } from './lines.ts';

/** The lines of runs, by name and with the names of their runs. */
function told(runs: Record<string, Record<string, unknown>>): Record<string, string> {
  const lines = linesOf(Object.entries(runs).map(([name, config]) => ({ name, config })));
  return Object.fromEntries(lines.map((line) => [line.name, line.runs.map(({ name }) => name).join(' ')]));
}

it('joins runs whose options are the same but for the seed and what is of the run alone', () => {
  const options = { environment: 'hopper', gamma: 0.9, hidden: [8, 8] };
  const runs = {
    'a-0': { seed: 0, ...options },
    'b-0': { seed: 0, ...options, gamma: 0.99 },
    'a-1': { ...options, seed: 1, workers: 3, iterations: 7, runDir: 'elsewhere', evalEvery: 2 },
  };
  expect(told(runs)).toEqual({ 'gamma 0.9': 'a-0 a-1', 'gamma 0.99': 'b-0' });
});

it.each([
  ['an option', { gamma: 0.9 }, { gamma: 0.99 }, 'gamma 0.9', 'gamma 0.99'],
  ['one that is left open', { keep: 3, targetKl: 1 }, {}, 'targetKl 1', 'targetKl —'],
  ['lists', { hidden: [8, 8] }, { hidden: [64] }, 'hidden [8,8]', 'hidden [64]'],
  ['their task', { environment: 'ant' }, { environment: 'a/cart.js' }, 'ant', 'cart.js'],
  ['two', { a: 1, b: 'x' }, { a: 2, b: 'x y' }, 'a 1, b x', 'a 2, b x y'],
  ['a policy', { policy: 'start 1' }, { policy: 'start 2' }, 'one-0', 'other'],
  ['what is too long', { data: 1, note: 'x'.repeat(40) }, { note: '' }, 'one-0', 'other'],
  ['letters that a page would not show', { note: '\n' }, { note: 'y' }, String.raw`note \u000a`, 'note y'],
])('are called by %s in which they differ', (_, one, other, name, otherName) => {
  const same = { gae: 0.95 };
  const runs = { 'one-0': { ...same, ...one, seed: 0 }, other: { ...same, ...other, seed: 0 } };
  expect(told(runs)).toEqual({ [name]: 'one-0', [otherName]: 'other' });
});

it('are called by what the names of their runs begin with where the options do not tell', () => {
  const [one, other] = [
    { policy: 'a', gamma: 1 },
    { policy: 'b', gamma: 1 },
  ];
  const runs = {
    'walker-ddim-seed-0': { ...one, seed: 0 },
    'walker-ddim-seed-1': { ...one, seed: 1 },
    left: { ...other, seed: 3 },
    right: { ...other, seed: 4 },
  };
  expect(told(runs)).toEqual({
    'walker-ddim': 'walker-ddim-seed-0 walker-ddim-seed-1',
    'left …': 'left right',
  });
});

it('keeps apart what says nothing of its options, and runs of one seed', () => {
  const runs = { a: {}, b: {}, c: { gamma: 1, seed: 1 }, d: { gamma: 1, seed: 1 } };
  expect(told(runs)).toEqual({ a: 'a', b: 'b', c: 'c', d: 'd' });
});

it('gives no two lines one name', () => {
  const twice = [1, 2].map(() => ({ name: 'run', config: {} }));
  expect(linesOf(twice).map(({ name }) => name)).toEqual(['run', 'run (2)']);
});
