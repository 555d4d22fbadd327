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
  // What `deploy` of the policies gave with seed 1 before there was this package.
  it.each<[string, string, number[], number[]]>([
    [
      'a pre-trained policy',
      hopper,
      [1.25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [
        0.8278452157974243, 0.9842509627342224, 0.88038569688797, 0.6108402609825134, 0.9811226725578308,
        0.8232455253601074, 0.6767439842224121, 0.13948191702365875, 1, 0.7334238290786743,
        0.8712303042411804, 0.9002885222434998,
      ],
    ],
    [
      'a fine-tuned policy',
      fixture('fine-tuned.safetensors'),
      rod,
      [
        0.006301292683929205, 0.0058922115713357925, 0.006301292683929205, 0.009999999776482582,
        -0.0038540626410394907, 0.009999999776482582, -0.006625630892813206, 0.004598453175276518,
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

  it('names the file that it cannot read, and refuses an observation of another length', async () => {
    await expect(loadPolicy('/nowhere/policy.safetensors')).rejects.toThrow(
      'policy /nowhere/policy.safetensors: no such file',
    );
    await expect(loadPolicy(new Uint8Array())).rejects.toThrow('policy: is empty, wanted a safetensors file');
    const policy = await loadPolicy(fixture('gaussian.safetensors'));
    expect(() => policy.act([1, 2, 3])).toThrow('act: observation is [1, 2, 3]');
  });
});
