import { defineConfig } from 'vitest/config';

const conditions = ['@dppo/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    sequence: { concurrent: true },
    maxConcurrency: 2,
  },
});
