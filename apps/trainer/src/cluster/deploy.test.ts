import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { pythonWith } from '@dppo/testing/python';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { kebab } from '../options/option-layers.ts';
import { clusterInitOptions } from './init-options.ts';
import { workerOptions } from './worker-options.ts';

const deploy = fileURLToPath(new URL('../../../../deploy/', import.meta.url));
const filesOf = (ending: RegExp): string[] =>
  readdirSync(deploy, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(deploy, name));

describe.skipIf(process.platform === 'win32')('the files of deploy/', () => {
  it.for([
    [
      'compose.yaml is what the Compose Specification has',
      'python',
      ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.compose-spec'],
      /compose\.yaml$/,
    ],
    [
      "manifests are what Kubernetes' schemas have, and no more",
      'python',
      ['-m', 'kubernetes_validate', '--strict', '--quiet'],
      /kubernetes.*\.yaml$/,
    ],
    ['shellcheck finds nothing in scripts', 'shellcheck', ['--severity=warning'], /\.(sbatch|sh)$/],
  ] as const)('%s', ([, program, words, ending]) => {
    const programs = dirname(pythonWith(new URL('../../test/deploy/', import.meta.url)));
    const files = filesOf(ending);
    expect(files).not.toEqual([]);
    execFileSync(join(programs, program), [...words, ...files]);
  });

  it.for([
    ['finetune', finetuneOptions, /[\w./-]*finetune([^#]*?)(?=\n\s*restart|\n\s*resources|&$)/gm],
    ['worker', workerOptions, /(?:- |dppo )worker\n?([^#]*?)(?=\n\s*restart|\n\s*resources|&$|\ndone)/gm],
    ['cluster init', clusterInitOptions, /dppo cluster init(.*)/g],
  ] as const)(
    'calls dppo %s by options that it has',
    ([, schema, call]: readonly [string, z.ZodObject, RegExp]) => {
      const known = Object.keys(schema.shape).map((key) => `--${kebab(key)}`);
      const texts = filesOf(/\.(yaml|sbatch|sh)$/).map((file) => readFileSync(file, 'utf8'));
      const calls = texts.flatMap((text) => [...text.matchAll(call)].map(([, words]) => words));
      const options = calls.flatMap((words) => words.match(/(?<![\w-])--[a-z-]+/g) ?? []);
      expect(options.length).toBeGreaterThan(2);
      expect(options.filter((option) => ![...known, '--preset'].includes(option))).toEqual([]);
    },
  );
});
