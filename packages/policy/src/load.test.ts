import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPolicy } from './load.ts';

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const fixture = (name: string): string => fileURLToPath(new URL(`../test/${name}`, import.meta.url));
const hopper = fileURLToPath(
  new URL('../../../apps/trainer/data/hopper/pretrained.safetensors', import.meta.url),
);
const rod = [0.525, -0.28, 0.5, -0.25];

describe('loadPolicy', () => {
  // Recorded when random numbers got addresses: on the noise of before, these policies gave what `deploy` had always given.
  it.each<[string, string, number[], number[]]>([
    [
      'a pre-trained policy',
      hopper,
      [1.25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [
        0.2558227777481079, 0.692695677280426, 0.9133031368255615, 0.857356607913971, 0.9764405488967896,
        0.9774363040924072, 0.8787448406219482, 0.371866375207901, 0.839807391166687, 0.7503387331962585,
        0.8873806595802307, 0.7797260880470276,
      ],
    ],
    [
      'a fine-tuned policy',
      fixture('fine-tuned.safetensors'),
      rod,
      [
        -0.008693376556038857, 0.009999999776482582, 0.006301292683929205, 0.0037556567694991827,
        -0.009999999776482582, 0.007438321132212877, -0.009999999776482582, 0.0037556567694991827,
      ],
    ],
    [
      'a Gaussian policy',
      fixture('gaussian.safetensors'),
      rod,
      [0.0037186911795288324, -0.001986149465665221],
    ],
  ])('acts as %s has always done', async (_, path, obs, chunk) => {
    const policy = await loadPolicy(path, { seed: 1 });
    expect(policy.act(obs)).toBeAllclose(chunk, { atol: 1e-6 });
  });

  it('does the same with bytes, compiled or not, and says what it is', async () => {
    const path = fixture('fine-tuned.safetensors');
    let compilations = 0;
    const policies = [
      await loadPolicy(path),
      await loadPolicy(new Uint8Array(readFileSync(path))),
      await loadPolicy(new Uint8Array(readFileSync(path)).buffer, { seed: 0 }),
      await loadPolicy(path, {
        compile(f) {
          compilations++;
          return f;
        },
      }),
    ];
    const [first, ...others] = policies.map((policy) => policy.act(rod));
    for (const other of others) expect(other).toEqual(first);
    expect(compilations).toBeGreaterThan(0);
    expect(policies[1].spec.task).toEqual({
      kind: 'named',
      name: 'avoid',
      actSteps: 4,
      maxEpisodeSteps: 100,
    });
  });

  it('goes on, pulled, from the actions that a trained policy is executing', async () => {
    const policy = await loadPolicy(hopper, { seed: 1, ddimSteps: 5 });
    const standing = [1.25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const distances = { free: 0, pulled: 0 };
    for (let i = 0; i < 6; i++) {
      const actions = policy.act(standing);
      const pull = { actions, weights: [1, 1, 0.4, 0], maxWeight: 20 };
      const chunks = { free: policy.act(standing), pulled: policy.act(standing, pull) };
      for (const name of ['free', 'pulled'] as const) {
        // Two actions of three numbers.
        for (let d = 0; d < 6; d++) distances[name] += Math.abs(chunks[name][d] - actions[d]) / 36;
      }
    }
    expect(distances.pulled).toBeLessThan(0.3 * distances.free);
  });

  it('names the file that it cannot read, and refuses an observation of another length', async () => {
    await expect(loadPolicy('/nowhere/policy.safetensors')).rejects.toThrow(
      'policy /nowhere/policy.safetensors: no such file',
    );
    await expect(loadPolicy(new Uint8Array())).rejects.toThrow('policy: is empty, wanted a safetensors file');
    const policy = await loadPolicy(fixture('gaussian.safetensors'));
    expect(() => policy.act([1, 2, 3])).toThrow('act: observation is [1, 2, 3]');
  });
});
