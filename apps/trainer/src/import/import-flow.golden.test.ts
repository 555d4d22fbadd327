import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeTensors } from '@dppo/checkpoint';
import { writeNpz } from '@dppo/data';
import { isFlow, networkOf, networkWeights, noiseOf, policyOf, readPolicy } from '@dppo/policy';
import { describeGolden, type GoldenCase, reinflow, toTensor, toTensors } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { members } from '../runs/members.ts';
import { importOptions } from './import-options.ts';
import { importPolicy } from './import-policy.ts';

const range = (length: number, value: number) => ({
  shape: [length],
  data: new Float32Array(length).fill(value),
});

/** A checkpoint of recorded weights, for a robot of their sizes, imported. */
async function imported(
  weights: tf.NamedTensorMap,
  { constructor, state }: GoldenCase['inputs'],
  given: object,
) {
  const dir = mkdtempSync(join(tmpdir(), 'import-flow-'));
  const [obsDim, actionDim]: number[] = [state.shape[2], constructor.action_dim];
  const environment = join(dir, 'robot.mjs');
  writeFileSync(
    environment,
    `const obs = () => new Float32Array(${obsDim});
const env = { obsShape: [${obsDim}], actionShape: [${actionDim}], reset: obs, step: () => ({ obs: obs(), reward: 0, terminated: false, truncated: false }) };
export default () => env;`,
  );
  const [normalization, path] = [join(dir, 'normalization.npz'), join(dir, 'state_40.safetensors')];
  await writeNpz(normalization, {
    obs_min: range(obsDim, -2),
    obs_max: range(obsDim, 2),
    action_min: range(actionDim, -1),
    action_max: range(actionDim, 1),
  });
  await writeTensors(path, weights);
  const out = join(dir, 'policy.safetensors');
  const said: string[] = [];
  const backend = tf.getBackend();
  const activation = constructor.activation_type.toLowerCase();
  const paths = { weights: path, normalization, out, environment, actSteps: 1 };
  await importPolicy(importOptions.parse({ ...paths, activation, ...given }), (line) => said.push(line));
  await tf.setBackend(backend);
  const file = await readPolicy(out);
  if (!isFlow(file.spec)) throw new Error(file.spec.sampler.kind);
  return { ...file, spec: file.spec, said };
}

const prefixed = (prefix: string, tensors: tf.NamedTensorMap): tf.NamedTensorMap =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}${name}`, tensor]));

const own = new URL('../../../../packages/', import.meta.url);

describeGolden(
  'noise_net',
  new URL('nn/golden/', own),
  ({ cases }) => {
    it.for(cases)(
      'imports velocity and noise of a fine-tuned flow: $name',
      async ({ inputs, outputs }, { skip }) => {
        const { noise: recorded, state, x, t } = inputs;
        if (recorded.noise_scheduler_type !== 'learn_decay')
          skip('weights do not tell a noise that is fixed');
        const weights = toTensors(inputs.weights);
        const [min, max]: number[] = [
          recorded.min_logprob_denoising_std,
          recorded.std_max_now ?? recorded.max_logprob_denoising_std,
        ];
        const bounds = { logvar_min: tf.scalar(2 * Math.log(min)), logvar_max: tf.scalar(2 * Math.log(max)) };
        const { spec, params, frozen, said } = await imported(
          {
            ...prefixed('actor_old.', members(weights, 'policy.')),
            ...prefixed('actor_ft.', weights),
            ...prefixed('actor_ft.explore_noise_net.', bounds),
            'critic.Q1.weight': tf.zeros([2, 2]),
          },
          inputs,
          {
            denoisingSteps: recorded.denoising_steps,
            ftDenoisingSteps: recorded.ft_denoising_steps,
            noiseActivation: recorded.explore_net_activation_type.toLowerCase(),
          },
        );
        const { noise, steps } = spec.sampler;
        if (typeof noise !== 'object') throw new Error(String(noise));
        expect([noise.min, noise.max]).toBeAllclose([min, max], { atol: 1e-6 });
        expect(said).toContain('left out 1 tensors: 1 of critic.Q1');
        expect(Object.keys(frozen ?? {})).toEqual(Object.keys(networkWeights(params)));
        const obs = { state: toTensor<tf.Tensor3D>(state) };
        const velocity = networkOf(spec.network).apply(networkWeights(params), obs);
        const chunks = toTensor<tf.Tensor3D>(x);
        const times: number[] = t;
        const velocities = times.map((time) =>
          velocity(chunks, tf.zeros<tf.Rank.R1>([chunks.shape[0]]).add(time)),
        );
        expect(tf.stack(velocities)).toBeAllclose(outputs.velocity.data, { atol: 1e-5 });
        const std = noiseOf(noise, spec.network, steps).apply(members(params, 'noise.'), params, obs);
        const stds = times.map((_, k) => std(k, { min: noise.min, max: noise.max }));
        expect(tf.stack(stds)).toBeAllclose(outputs.std.data, { atol: 1e-5 });
      },
    );
  },
  reinflow,
);

describeGolden(
  'sample',
  new URL('agent/golden/', own),
  ({ cases }) => {
    it.for(cases)('imports a pre-trained flow that makes the same chunks: $name', async (golden) => {
      const { inputs, outputs } = golden;
      const { inference_steps: steps, clip_intermediate_actions: isClamped, state, z } = inputs;
      const { spec, params, said } = await imported(prefixed('network.', toTensors(inputs.weights)), inputs, {
        kind: 'flow',
        denoisingSteps: steps,
        ...(isClamped !== true && { denoisedClipValue: null }),
      });
      expect(spec.sampler.noise).toBe(undefined);
      const noise = toTensor<tf.Tensor3D>(z).expandDims<tf.Tensor4D>(0);
      const chunk = policyOf({ spec, params }).best(params, { state: toTensor(state) }, noise);
      // In one step the times are the same; in more, ours are those that were meant.
      const { trajectories } = steps === 1 ? outputs : golden['right_f64'];
      expect(chunk).toBeAllclose(trajectories.data, { atol: 1e-4 });
      expect(said.some((line) => line.includes(`k/${steps - 1}`))).toBe(steps > 1);
    });
  },
  reinflow,
);
