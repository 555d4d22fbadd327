import { expect, it } from 'vitest';

import { machineOf } from '../runs/machine.ts';
import { standing } from './standing.ts';

const began = { began: '2026-01-01T00:00:00.000Z', machine: machineOf('cpu') };
const at = '2026-01-01T00:08:00.000Z';
const run = {
  name: 'run',
  config: { iterations: 100 },
  rows: [{ iteration: 11, 'time/seconds': 240 }],
  evaluations: [],
  history: [began],
};

it('counts iterations while a run goes on', () => {
  expect(standing(run)).toEqual({ sentence: 'iteration 11 of 100', share: 0.11 });
});

it('counts minutes where their limit is nearer', () => {
  expect(standing({ ...run, config: { iterations: 100, maxMinutes: 8 } })).toEqual({
    sentence: 'iteration 11 of at most 100, 4.0 of 8 minutes',
    share: 0.5,
  });
});

it('says that a run has finished, and why, however many iterations it took', () => {
  const end = { state: 'finished', why: '11 iterations in 8 minutes, as asked', at } as const;
  expect(standing({ ...run, history: [began, { ...began, end }] })).toEqual({
    sentence: 'finished: 11 iterations in 8 minutes, as asked',
    share: 1,
  });
});

it('says that a run was stopped, and goes on counting where it went on', () => {
  const end = { state: 'stopped', why: 'stopped by SIGINT', at } as const;
  expect(standing({ ...run, history: [{ ...began, end }] }).sentence).toBe(
    'stopped by SIGINT: iteration 11 of 100',
  );
  expect(standing({ ...run, history: [{ ...began, end }, began] }).sentence).toBe('iteration 11 of 100');
});

it('knows no share where nothing says how far a run is to go', () => {
  const other = { ...run, config: {}, rows: [], history: [] };
  expect(standing(other)).toEqual({ sentence: 'iteration 0', share: undefined });
});
