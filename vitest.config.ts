import { defineConfig } from 'vitest/config';

const conditions = ['@dppo/source'];
const include = ['packages', 'apps', 'tooling', 'examples'].map((folder) => `${folder}/*/src/**/*.test.ts`);

// Projects are runtimes, not packages: the same files on the pure-JavaScript backend and on TensorFlow.
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 60_000,
    // Has a configuration of its own, to run once and not once per backend.
    exclude: ['**/node_modules/**', 'tooling/alone/**'],
    // Names of recorded cases are long.
    chaiConfig: { truncateThreshold: 0 },
    projects: [
      { extends: true, test: { name: 'cpu', include, setupFiles: ['tooling/testing/src/setup-cpu.ts'] } },
      {
        extends: true,
        test: { name: 'tensorflow', include, setupFiles: ['tooling/testing/src/setup-tensorflow.ts'] },
      },
    ],
  },
});
