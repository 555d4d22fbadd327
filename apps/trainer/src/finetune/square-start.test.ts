import { expect, it } from 'vitest';

import { readLine } from '../options/command-line.ts';
import { startOptions } from './start-options.ts';
import { settled } from './starting-spec.ts';

it('begins with the policy of Square that comes with dppo, and what else is given counts', async () => {
  const line = { set: [], named: { task: 'square', steps: '50' } };
  const { task: _, ...asked } = readLine('start', startOptions, line).options;
  const { options } = await settled(asked);
  expect(options).toMatchObject({ environment: 'square', gamma: 0.99, maxMinutes: 15, steps: 50 });
});
