import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { rowsOf } from '@dppo/agent';
import { ddimSpec, networkOf, policyOf, type PolicySpec, readHead, writePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallAvoid, smallFlow } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { evaluate } from '../runs/evaluate.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { environmentFor } from '../tasks/environment.ts';
import { checkDistil } from './check-distil.ts';
import { distilOptions } from './distil-options.ts';
import { distil } from './distil.ts';
import { noisePairs } from './noise-pairs.ts';

const backend = tf.getBackend();
const avoidFlow = { ...smallAvoid, sampler: smallFlow.sampler };
const few = { backend, jit: false, nEnvs: 2, workers: 1, envSteps: 40, chunksPerObs: 3 };

it.each([
  ['DDIM', ddimSpec({ spec: smallAvoid, fineTuned: false }, 2)],
  ['a flow', avoidFlow],
])('pairs are what %s makes of their noise, each draw once', async (_, spec) => {
  const params = networkOf(spec.network).init(1);
  const policy = policyOf({ spec, params });
  const env = await environmentFor(spec, { count: 2, workers: 1 });
  const { signal } = new AbortController();
  const options = { seed: 1, steps: 5, samples: 3, signal, progress: () => {} };
  const pairs = await noisePairs(policy, params, env, options).finally(() => env.close());
  expect(pairs.length).toBe(2 * 5 * 3);
  const table = pairs.gather(Int32Array.from({ length: 30 }, (_unused, i) => 29 - i));
  expect(rowsOf(table)).toBe(30);
  const [obs, noise, actions] = ['obs.state', 'noise', 'actions'].map((name) =>
    tf.tensor(table[name].data).reshape<tf.Tensor3D>([30, ...table[name].shape]),
  );
  const rest = tf.zeros<tf.Rank.R4>([policy.draws - 1, 30, 4, 2]);
  const drawn = noise.expandDims<tf.Tensor4D>(0).concat(rest);
  expect(policy.best(params, { state: obs }, drawn)).toBeAllclose(actions, { atol: 1e-5 });
  expect(new Set(noise.dataSync()).size).toBe(30 * 4 * 2);
});

it('makes a flow of a diffusion policy, and of that flow one that acts in a single step', async () => {
  const { dir, policy } = await untrainedPolicy(smallAvoid);
  const distilled = async (from: string, name: string, given: object) => {
    const out = join(dir, `${name}.safetensors`);
    const said: string[] = [];
    const more = { policy: from, out, runDir: join(dir, name), epochs: 6, batchSize: 10, lr: 5e-3 };
    const checked = await checkDistil(distilOptions.parse({ ...few, ...more, ...given }));
    await distil(checked, (line) => said.push(line));
    const losses = said.flatMap((line) => /^epoch .* loss ([\d.]+)/.exec(line)?.[1] ?? []).map(Number);
    expect(losses).toHaveLength(6);
    expect(losses[5]).toBeLessThan(losses[0]);
    return { out, said, spec: (await readHead(out)).spec };
  };
  const flow = await distilled(policy, 'flow', { ddimSteps: 2, flowTimes: 'beta' });
  expect(flow.said).toContain('distilling ddim in 2 steps to a flow in 4');
  expect(flow.spec.sampler).toEqual({ kind: 'flow', steps: 4, clipNoise: 3, clipAction: 1 });
  expect(flow.spec.task).toEqual(smallAvoid.task);
  const single = await distilled(flow.out, 'single', { denoisingSteps: 1 });
  expect(single.spec.sampler).toMatchObject({ kind: 'flow', steps: 1 });
  const played: string[] = [];
  const acting = evaluateOptions.parse({ policy: single.out, episodes: 1, workers: 1, backend });
  await evaluate(acting, (line) => played.push(line));
  expect(played.join('\n')).toContain('1 episodes');
});

it.each<[string, PolicySpec, object, string]>([
  [
    'a policy without steps',
    {
      ...smallAvoid,
      network: {
        kind: 'gaussian',
        obsDim: 4,
        actionDim: 2,
        condSteps: 1,
        horizonSteps: 4,
        hidden: [4],
      },
      sampler: { kind: 'gaussian' },
    },
    {},
    'a gaussian policy, wanted a diffusion policy or a flow',
  ],
  [
    'chunks that begin in the past',
    { ...smallAvoid, task: { ...smallAvoid.task, actSteps: 3, firstAction: 1 } },
    {},
    'executes its chunks from action 1 on, wanted one whose chunks begin with what is executed',
  ],
  [
    'DDIM of a flow',
    avoidFlow,
    { ddimSteps: 2 },
    '--ddim-steps: found 2, wanted it left out: the policy is a flow',
  ],
])('refuses %s before anything is written', async (_, spec, given, sentence) => {
  const { dir } = await untrainedPolicy(smallAvoid);
  const [policy, out] = [join(dir, 'teacher.safetensors'), join(dir, 'out.safetensors')];
  const { network } = spec;
  const params = networkOf(network).init(1);
  await writePolicy(policy, { spec, params });
  await expect(checkDistil(distilOptions.parse({ ...few, policy, out, ...given }))).rejects.toThrow(sentence);
  expect(existsSync(out)).toBe(false);
});

it('refuses a flow of no steps', () => {
  expect(() => distilOptions.parse({ policy: 'a', out: 'b', denoisingSteps: 0 })).toThrow('denoisingSteps');
});
