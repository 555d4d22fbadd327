import { expect, it } from 'vitest';

import { machineOf } from './machine.ts';
import { provenance } from './provenance.ts';

const machine = { ...machineOf('cpu'), processor: 'Abacus', cores: 2 };
const on = (day: number) => ({ began: `2026-01-0${day}T09:00:00.000Z`, machine });

it('names the task, the seed, the machine and the day of a run', () => {
  expect(provenance([{ config: { environment: 'hopper', seed: 3 }, history: [on(1)] }])).toEqual([
    'hopper, seed 3',
    'Abacus, 2 cores, cpu · 2026-01-01',
  ]);
});

it('names an environment of a file by its file', () => {
  expect(provenance([{ config: { environment: '../tasks/puck.js' }, history: [] }])).toEqual(['puck.js']);
});

it('says once what several runs have in common', () => {
  const config = { environment: 'hopper', seed: 42 };
  const runs = [
    { config, history: [on(3), on(4)] },
    { config: { ...config, seed: 5 }, history: [on(1)] },
  ];
  expect(provenance(runs)).toEqual([
    'hopper, seeds 5, 42',
    'Abacus, 2 cores, cpu · 2026-01-01 to 2026-01-04',
  ]);
});

it('leaves out what was not recorded', () => {
  expect(provenance([{ config: {}, history: [] }])).toEqual([]);
  expect(provenance([{ config: { seed: 1 }, history: [] }])).toEqual(['seed 1']);
});
