import { expect, it } from 'vitest';

import { readLine } from '../options/command-line.ts';
import { startOptions } from './start-options.ts';
import { startSettled } from './start-settled.ts';

it('begins with the policy of Square that comes with dppo, and what else is given counts', async () => {
  const line = { set: [], named: { task: 'square', steps: '50' } };
  const { options } = await startSettled(readLine('start', startOptions, line).options);
  expect(options).toMatchObject({ environment: 'square', gamma: 0.99, maxMinutes: 15, steps: 50 });
});
