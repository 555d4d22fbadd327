import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { findMujocoLibrary } from '@dppo/mujoco';
import { provisionMeshes } from '@dppo/robosuite/meshes';
import { afterEach, expect, it, vi } from 'vitest';

import { program } from '../../test/program.ts';
import { smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { configChecks } from './doctor-config.ts';
import type { Check } from './doctor-check.ts';
import { meshesCheck } from './doctor-meshes.ts';
import { mujocoChecks } from './doctor-mujoco.ts';
import { tryApart } from './try-apart.ts';

afterEach(() => void vi.unstubAllEnvs());

/** What the command finds with an environment variable. */
function doctor(variables: Record<string, string>): { code: number | null; checks: Map<string, Check> } {
  const words = [...program, 'doctor', '--json'];
  const { status, stdout } = spawnSync(process.execPath, words, { env: { ...process.env, ...variables } });
  const rows = String(stdout)
    .trim()
    .split('\n')
    .map((line): Check & { message?: string } => JSON.parse(line));
  const checks = rows.filter(({ message }) => message === undefined);
  return { code: status, checks: new Map(checks.map((check) => [check.name, check])) };
}

it('finds what works, and what is broken with the reason and exit code 1', () => {
  const { code, checks } = doctor({ DPPO_LIBMUJOCO: '/nowhere/libmujoco.so' });
  expect(checks.get('Node.js')).toEqual({ name: 'Node.js', state: 'works', found: process.versions.node });
  for (const name of ['backend cpu', 'backend wasm', 'MuJoCo WebAssembly', 'cache'])
    expect(checks.get(name)).toMatchObject({ state: 'works' });
  expect(checks.get('MuJoCo native')).toMatchObject({
    state: 'broken',
    found: expect.stringContaining('/nowhere/libmujoco.so'),
  });
  expect(checks.has('robosuite meshes')).toBe(true);
  // Where TensorFlow does not load, what its installation needs follows.
  const { state } = checks.get('backend tensorflow') ?? {};
  expect(checks.has('pip')).toBe(state === 'missing');
  expect(code).toBe(1);
});

/** The environment variable that has each trial begin with a script. */
function beginning(script: string): Record<string, string> {
  const file = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'begin.cjs');
  writeFileSync(file, `if (process.argv[1]?.includes('try-one')) ${script}`);
  return { NODE_OPTIONS: `--require ${file}` };
}

it.each(['SIGBUS', 'SIGSEGV', 'SIGABRT'])(
  'comes to its end where each library ends its process by %s',
  (signal) => {
    const { code, checks } = doctor(beginning(`process.kill(process.pid, '${signal}');`));
    expect(checks.get('backend tensorflow')).toEqual({
      name: 'backend tensorflow',
      state: 'missing',
      found: `it was ended by ${signal}: run npx dppo-native`,
    });
    expect(checks.get('MuJoCo WebAssembly')).toMatchObject({
      state: 'broken',
      found: expect.stringContaining(signal),
    });
    expect(checks.get('cache')).toMatchObject({ state: 'works' });
    expect(code).toBe(1);
  },
);

it('looks through options of a fine-tuning: whether it begins with them, and what it would say', async () => {
  const { policy } = await untrainedPolicy(smallHopper);
  const config = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'config.yaml');
  const name = `config ${config}`;
  writeFileSync(config, JSON.stringify({ policy, steps: 1, batchSize: 201 }));
  expect(await configChecks(config)).toEqual([
    { name, state: 'works', found: 'dppo finetune begins with it, and says:' },
    { name, state: 'advice', found: expect.stringContaining('201 is larger than the 200 samples') },
  ]);
  writeFileSync(config, JSON.stringify({ policy, steps: 1, batchSize: 200 }));
  expect(await configChecks(config)).toEqual([
    { name, state: 'works', found: 'dppo finetune begins with it' },
  ]);
  writeFileSync(config, JSON.stringify({ policy, ddimSteps: 6 }));
  expect(await configChecks(config)).toEqual([
    { name, state: 'broken', found: expect.stringContaining('--ddim-steps: found 6, wanted at most 5') },
  ]);
});

it('does not wait for ever for a library that does not answer', async () => {
  const { NODE_OPTIONS } = beginning('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);');
  vi.stubEnv('NODE_OPTIONS', NODE_OPTIONS);
  await expect(tryApart('cpu', 'install it', 2)).rejects.toThrow(
    'it did not answer in 2 seconds: install it',
  );
});

const here = findMujocoLibrary();

it.runIf(here !== undefined && process.platform === 'linux')(
  'says what is wrong with a library that is cut off, which would end the process',
  () => {
    const cut = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'libmujoco.so');
    copyFileSync(here!, cut);
    truncateSync(cut, statSync(cut).size / 2);
    const { code, checks } = doctor({ DPPO_LIBMUJOCO: cut });
    expect(checks.get('MuJoCo native')).toMatchObject({
      state: 'broken',
      found: expect.stringMatching(/libmujoco\.so has \d+ bytes, wanted at least \d+$/),
    });
    expect(code).toBe(1);
  },
);

it('says on which MuJoCo environments run: the library where there is one and it is not forbidden', async () => {
  const [library, wasm] = ['MuJoCo native', 'MuJoCo WebAssembly'];
  vi.stubEnv('DPPO_LIBMUJOCO', '');
  expect(await mujocoChecks()).toEqual([
    { name: library, state: 'missing', found: expect.stringContaining('DPPO_LIBMUJOCO is empty') },
    { name: wasm, state: 'works', found: 'Hopper steps, as all environments do' },
  ]);
  vi.unstubAllEnvs();
  if (findMujocoLibrary() === undefined) return;
  expect(await mujocoChecks()).toEqual([
    {
      name: library,
      state: 'works',
      found: expect.stringMatching(/^Hopper steps on .*, as all environments do$/),
    },
    { name: wasm, state: 'works', found: 'Hopper steps' },
  ]);
});

it("says where the arms' meshes are, and how what is missing or damaged is had", async () => {
  const name = 'robosuite meshes';
  const whole = await provisionMeshes();
  expect(await meshesCheck()).toEqual({ name, state: 'works', found: `in ${whole}` });
  const cache = mkdtempSync(join(tmpdir(), 'dppo-'));
  const folder = join(cache, 'dppo', basename(whole));
  vi.stubEnv('XDG_CACHE_HOME', cache);
  const remedy = 'npx dppo-robosuite gets them (194 MB)';
  expect(await meshesCheck()).toEqual({ name, state: 'missing', found: `${folder} is missing, ${remedy}` });
  cpSync(whole, folder, { recursive: true });
  truncateSync(join(folder, 'can.msh'), 7);
  expect(await meshesCheck()).toEqual({
    name,
    state: 'missing',
    found: expect.stringMatching(
      /can\.msh has 7 bytes, wanted \d+, npx dppo-robosuite gets them \(194 MB\)$/,
    ),
  });
});
