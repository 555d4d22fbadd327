import { z } from 'zod';

import { backend, file, seed } from '../options/shared-options.ts';

export const reportOptions = z.strictObject({
  run: file.describe('folder of a run of dppo finetune or start, or of a loop of your own'),
  backend,
  seed: seed.describe('seed of the episode that is filmed'),
});

export type ReportOptions = z.output<typeof reportOptions>;
