import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { policyIn } from './policy-in.ts';

it('is the file, or the best policy of a run folder, or its last', () => {
  const run = mkdtempSync(join(tmpdir(), 'run-'));
  expect(() => policyIn(run)).toThrow(
    `--policy ${run}: a folder without best.safetensors or last.safetensors, wanted a policy or a run folder`,
  );
  const [best, last] = ['best', 'last'].map((name) => join(run, `${name}.safetensors`));
  writeFileSync(last, '');
  expect(policyIn(run)).toBe(last);
  writeFileSync(best, '');
  expect(policyIn(run)).toBe(best);
  expect(policyIn(last)).toBe(last);
});

it('names the option whose file is not there', () => {
  expect(() => policyIn('none', '--before')).toThrow(
    '--before none: no such file, wanted a policy or a run folder',
  );
});
