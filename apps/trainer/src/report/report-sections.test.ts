import { expect, it } from 'vitest';

import { comparison } from './report-sections.ts';

it('says the success and the progress of tasks that say, and nothing of them where none says', async () => {
  const evaluated = { iteration: 0, envSteps: 0, mean: 1, std: 0, meanLength: 5, episodes: 4 };
  const success = { share: 1, low: 0.51, high: 1 };
  const texts = [{ ...evaluated, success, progress: 0.75 }, evaluated].map(async (one) => {
    const run = { name: 'run', config: {}, rows: [], unreadable: [], reports: [], history: [] };
    return String(await comparison({ ...run, evaluations: [one] })).replaceAll(/<[^>]*>|\s+/g, ' ');
  });
  expect(await texts[0]).toMatch(/success \(95 %\) +100 % \(51 … 100\) .* progress +0\.75 /);
  expect(await texts[1]).not.toMatch(/success|progress/);
});
