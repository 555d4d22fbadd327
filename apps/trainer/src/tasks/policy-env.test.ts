import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findMujocoLibrary } from '@dppo/mujoco';
import type { PolicySpec } from '@dppo/policy';
import { afterEach, expect, it, vi } from 'vitest';

import { smallAvoid, smallHopper } from '../../test/small-policies.ts';
import { environmentFor } from './environment.ts';
import policyEnv from './policy-env.ts';

afterEach(() => void vi.unstubAllEnvs());

/** What two Hoppers in a worker observe, where the variable names this library or, empty, none. */
async function observed(library: string): Promise<number[][]> {
  vi.stubEnv('DPPO_LIBMUJOCO', library);
  const env = await environmentFor(smallHopper, { count: 2, workers: 1 });
  try {
    const seen = [Array.from(await env.reset(7))];
    const chunk = Float32Array.from({ length: 24 }, (_, i) => Math.sin(i));
    for (let t = 0; t < 8; t++) seen.push(Array.from((await env.step(chunk)).obs));
    return seen;
  } finally {
    await env.close();
  }
}

it('names the library of DPPO_LIBMUJOCO that does not load in a worker', async () => {
  await expect(observed('/nowhere/libmujoco.so')).rejects.toThrow(
    'mujocoLibrary: /nowhere/libmujoco.so does not load',
  );
});

/** A policy for an environment of one's own that observes as avoid, in a module that says so much more. */
function ownPolicy(said: string): PolicySpec {
  const path = join(mkdtempSync(join(tmpdir(), 'policy-env-')), 'env.mjs');
  const step =
    '({ obs: new Float32Array(4), reward: 0, terminated: false, truncated: false, success: true })';
  const env = `{ obsShape: [4], actionShape: [2], reset: () => new Float32Array(4), step: () => ${step} }`;
  writeFileSync(path, `export default () => (${env}); ${said}`);
  return { ...smallAvoid, task: { kind: 'module', path, actSteps: 4, maxEpisodeSteps: 20 } };
}

it.each([
  ['is cut for hopper', smallHopper, { terminated: false, truncated: true }],
  ['ends for avoid', smallAvoid, { terminated: true, truncated: false }],
  ['is cut for a module', ownPolicy(''), { terminated: false, truncated: true }],
  [
    'ends for a module that says so',
    ownPolicy('export const endsAtLimit = true;'),
    { terminated: true, truncated: false },
  ],
])('an episode %s at its time limit, and not before', async (_, { network, bounds, task }, end) => {
  if (task.kind === 'gymnasium') throw new Error('not made in this process');
  const env = await policyEnv({ task, bounds, condSteps: network.condSteps }, 0);
  env.reset(1);
  const chunk = new Float32Array(4 * network.actionDim);
  for (let taken = 4; taken < 20; taken += 4)
    expect(env.step(chunk)).toMatchObject({ terminated: false, truncated: false });
  expect(env.step(chunk)).toMatchObject(end);
});

const library = findMujocoLibrary() ?? '';

it.skipIf(library === '')("moves with MuJoCo's library as on WebAssembly", async () => {
  const [native, wasm] = [await observed(library), await observed('')];
  expect(native.flat()).toBeAllclose(wasm.flat(), { atol: 1e-6, rtol: 0 });
});

it('an episode of a policy that says so ends with its first success', async () => {
  const { network, bounds, task } = ownPolicy('');
  if (task.kind === 'gymnasium') throw new Error('not made in this process');
  const env = await policyEnv({ task: { ...task, endAtSuccess: true }, bounds, condSteps: 1 }, 0);
  env.reset(1);
  const step = env.step(new Float32Array(4 * network.actionDim));
  expect(step).toMatchObject({ terminated: true, truncated: false, steps: 1, success: true });
});

it('refuses to end with the success of an environment that does not say what that is', async () => {
  const { network, bounds, task } = smallHopper;
  if (task.kind === 'gymnasium') throw new Error('not made in this process');
  const env = await policyEnv({ task: { ...task, endAtSuccess: true }, bounds, condSteps: 1 }, 0);
  env.reset(1);
  expect(() => env.step(new Float32Array(4 * network.actionDim))).toThrow(
    'endAtSuccess: a step does not say whether it is a success',
  );
});
