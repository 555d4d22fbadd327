import { defineConfig } from 'vitest/config';

import { patience, timeouts } from './tooling/testing/src/patience.ts';

const conditions = ['@dppo/source'];
const include = ['packages', 'apps', 'tooling', 'examples'].map((folder) => `${folder}/*/src/**/*.test.ts`);

/** Where the backend plays no part: tested once. */
const once = [
  'packages/{avoid,cluster,data,env,files,formats,gymnasium,mujoco,pusht,robosuite,wheels}/src/**/!(*golden).test.ts',
  'packages/agent/src/real-time/{drive,port}.test.ts',
  'apps/trainer/src/**/{dashboard,demonstrate-arm,doctor,failures,gymnasium-task,presets-train,report}.test.ts',
  'apps/trainer/src/serve/!(answering|serve).test.ts',
  'apps/trainer/src/{loggers,sweep}/*.test.ts',
  'tooling/**',
];

/** Lives of runs and files, which go by whole commands: tested once, on the backend that trains. */
const whole = ['apps/trainer/src/**/{acting-spec,export,going-on,import-theirs,resume}.test.ts'];

// Projects are runtimes, not packages: the same files on the pure-JavaScript backend and on TensorFlow, some on WebAssembly.
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    ...timeouts(patience()),
    maxWorkers: '100%',
    // One load of TensorFlow for all files of tests.
    isolate: false,
    globalSetup: ['tooling/testing/src/temporary-folder.ts', 'tooling/testing/src/out-of-time.ts'],
    // Has a configuration of its own, to run once and not once per backend.
    exclude: ['**/node_modules/**', 'tooling/alone/**'],
    // Names of recorded cases are long.
    chaiConfig: { truncateThreshold: 0 },
    projects: [
      {
        extends: true,
        test: { name: 'cpu', include, exclude: whole, setupFiles: ['tooling/testing/src/setup-cpu.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'tensorflow',
          include,
          exclude: once,
          setupFiles: ['tooling/testing/src/setup-tensorflow.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'wasm',
          // Its operations differ from the others' in what they make of NaN.
          include: ['packages/*/src/**/nan.test.ts'],
          setupFiles: ['tooling/testing/src/setup-wasm.ts'],
        },
      },
    ],
  },
});
