import { defineConfig } from 'vitest/config';

import { patience, timeouts } from '../testing/src/patience.ts';

const conditions = ['@dppo/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['src/**/*.test.ts'],
    ...timeouts(patience()),
    globalSetup: '../testing/src/out-of-time.ts',
    sequence: { concurrent: true },
    maxConcurrency: 2,
  },
});
