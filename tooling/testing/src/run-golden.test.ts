import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const recorded = (path: string) => join(root, 'packages', path);

/** What `pnpm golden` prints and exits with, called from another folder. */
function golden(cwd: string, ...args: string[]): { output: string; status: number | null } {
  const options = ['--conditions=@dppo/source', '--import', 'tsx', 'tooling/testing/src/run-golden.ts'];
  const { INIT_CWD: _, ...inherited } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, [...options, ...args], {
    cwd: root,
    env: { ...inherited, INIT_CWD: cwd },
    encoding: 'utf8',
  });
  return { output: stdout + stderr, status };
}

it('counts what passed, names the false number and says why something was skipped', () => {
  const directory = mkdtempSync(join(tmpdir(), 'golden-'));
  copyFileSync(recorded('optim/golden/ema.json'), join(directory, 'ema.json'));
  writeFileSync(join(directory, 'other.json'), '{}');
  const schedule = JSON.parse(readFileSync(recorded('optim/golden/lr_schedule.json'), 'utf8'));
  schedule.cases[1].outputs.lr.data[7] += 1;
  writeFileSync(join(directory, 'lr_schedule.json'), JSON.stringify(schedule));
  const activations = JSON.parse(readFileSync(recorded('nn/golden/activations.json'), 'utf8'));
  activations.cases[0].name = 'Cube';
  writeFileSync(join(directory, 'activations.json'), JSON.stringify(activations));

  const { output, status } = golden(directory, '--dir', '.');
  expect(status).toBe(1);
  expect(output).toMatch(/^ema\.json +cpu +1 +0 +0 /m);
  expect(output).toMatch(/^lr_schedule\.json +cpu +2 +1 +0 +1\.0e\+0 /m);
  expect(output).toMatch(/^activations\.json +cpu +4 +0 +1 /m);
  expect(output).toMatch(/^FAILED .*finetune_warmup_10' \(cpu\): element 7 is 0\.0000\d+, expected 1\.0000/m);
  expect(output).toMatch(/^skipped {2}activations\.json: activation Cube is not supported/m);
  expect(output).toMatch(/^skipped {2}other\.json: no test reads it$/m);
});

it('refuses a directory without recordings and an option that it does not know', () => {
  const missing = golden(root, '--dir', 'no-such-folder');
  expect(missing.output).toBe(
    `pnpm golden: --dir ${join(root, 'no-such-folder')} has no .json or .json.gz files, expected recordings\n`,
  );
  expect(missing.status).toBe(1);
  const unknown = golden(root, '--folder', 'x');
  expect(unknown.output).toMatch(/^pnpm golden: Unknown option '--folder'/);
  expect(unknown.status).toBe(1);
});
