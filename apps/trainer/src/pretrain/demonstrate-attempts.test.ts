import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, vi } from 'vitest';

import { demonstrateOptions } from './demonstrate-options.ts';
import { demonstrate } from './demonstrate.ts';
import type { Demonstrators } from './demonstrators.ts';

const success = {
  obs: Array<number>(19).fill(0),
  actions: Array<number>(7).fill(0),
  rewards: [1],
  terminal: false,
};

// Of its first three episodes two fail, of the next three none.
vi.mock('./demonstrate-arm.ts', () => ({
  armDemonstrators: async (): Promise<Demonstrators> => ({
    obsDim: 19,
    actionDim: 7,
    count: 3,
    about: 'lift',
    play: async (first) => Array.from({ length: first === 0 ? 1 : 3 }, () => success),
    close: async () => {},
  }),
}));

it('says of how many attempts its episodes are', async () => {
  const outDir = mkdtempSync(join(tmpdir(), 'dppo-'));
  const said: string[] = [];
  await demonstrate(demonstrateOptions.parse({ outDir, task: 'lift', episodes: 3 }), (line) =>
    said.push(line),
  );
  expect(said).toEqual([
    'left out 2 of 3 episodes, which did not succeed',
    `wrote ${outDir}: 3 episodes, lift, 3 steps, 1 … 1 an episode, 4 of 6 succeeded`,
  ]);
});
