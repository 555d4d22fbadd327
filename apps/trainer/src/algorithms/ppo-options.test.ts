import { dppoDefaults } from '@dppo/agent';
import { expect, it } from 'vitest';

import { finetuneOptions } from '../finetune/finetune-options.ts';

it('has the defaults of @dppo/agent', () => {
  const { actorLr, criticLr, actorMinLr, criticMinLr, ...options } = finetuneOptions.parse({});
  expect([actorLr, actorMinLr]).toEqual([0, 1].map(dppoDefaults.actorLr));
  expect([criticLr, criticMinLr]).toEqual([0, 1].map(dppoDefaults.criticLr));
  const { actorLr: _, criticLr: __, ...defaults } = dppoDefaults;
  // Options without a default of their own take that of @dppo/agent.
  const own = Object.entries(options).filter(([name, value]) => name in defaults && value !== undefined);
  expect(own.length).toBeGreaterThan(15);
  expect(defaults).toMatchObject(Object.fromEntries(own));
});
