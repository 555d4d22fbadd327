import { defineConfig } from 'vitest/config';

const conditions = ['@dppo/source'];
const include = ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tooling/*/src/**/*.test.ts'];

// Projects are runtimes, not packages: the same files on the pure-JavaScript backend and on TensorFlow.
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'cpu', include, setupFiles: ['tooling/testing/src/setup-cpu.ts'] } },
      {
        extends: true,
        test: { name: 'tensorflow', include, setupFiles: ['tooling/testing/src/setup-tensorflow.ts'] },
      },
    ],
  },
});
