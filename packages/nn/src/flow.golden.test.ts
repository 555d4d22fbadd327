import { describeGolden, reinflow, toTensor, toTensors } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { membersOf, noiseWeights, recordedFlow, recordedNoise } from '../test/flow.ts';
import { expectGradients, expectNetworkGradients, expectParameters, shapes } from '../test/golden.ts';

const own = new URL('../golden/', import.meta.url);

describeGolden(
  'flow_mlp',
  own,
  ({ cases }) => {
    it.for(cases)('agrees with PyTorch at any time, gradients included: $name', (golden, { skip }) => {
      const { constructor, state, x, t, weights } = golden.inputs;
      const network = recordedFlow(constructor, state, x.shape[1], skip);
      const params = toTensors(weights);
      expectParameters(network, params);
      const obs = { state: toTensor<tf.Tensor3D>(state) };
      const [chunks, times] = [toTensor<tf.Tensor3D>(x), toTensor<tf.Tensor1D>(t)];
      expect(network.apply(params, obs)(chunks, times)).toBeAllclose(golden.outputs.out.data, { atol: 1e-5 });
      const right = { ...golden, outputs: golden['outputs_f64'] };
      expectNetworkGradients((p, chunk) => network.apply(p, obs)(chunk, times), right, chunks);
    });
  },
  reinflow,
);

describeGolden(
  'noise_net',
  own,
  ({ cases }) => {
    it.for(cases)('agrees with PyTorch, gradients included: $name', (golden, { skip }) => {
      const { constructor, noise: recorded, state, x, t, weights } = golden.inputs;
      const flow = recordedFlow(constructor, state, x.shape[1], skip);
      const noise = recordedNoise(flow, recorded, skip);
      const params = toTensors(weights);
      const obs = { state: toTensor<tf.Tensor3D>(state) };
      const chunks = toTensor<tf.Tensor3D>(x);
      // The network of a fixed noise is recorded, though it has no part.
      expect(recorded.noise_scheduler_type === 'const' ? {} : shapes(noiseWeights(params))).toEqual(
        noise.shapes,
      );
      const range = {
        min: recorded.min_logprob_denoising_std,
        max: recorded.std_max_now ?? recorded.max_logprob_denoising_std,
      };
      const made = (values: tf.NamedTensorMap) => {
        const velocity = flow.apply(membersOf(values, 'policy.'), obs);
        const std = noise.apply(values, obs);
        const steps: number[] = t;
        return {
          velocity: tf.stack(steps.map((time) => velocity(chunks, time))),
          std: tf.stack(steps.map((_, k) => std(k, range))),
          eachRow: tf.stack(
            steps.map((_, k) => std(tf.tensor1d(new Int32Array(chunks.shape[0]).fill(k), 'int32'), range)),
          ),
        };
      };
      const { velocity, std, eachRow } = made(params);
      expect(velocity).toBeAllclose(golden.outputs.velocity.data, { atol: 1e-5 });
      expect(std).toBeAllclose(golden.outputs.std.data, { atol: 1e-5 });
      expect(eachRow).toBeAllclose(golden.outputs.std.data, { atol: 1e-5 });
      const upstream = [toTensor(golden.inputs.upstream_velocity), toTensor(golden.inputs.upstream_std)];
      const { param_grads: recordedGradients } = golden['outputs_f64'];
      // With a fixed noise nothing reaches its network.
      const names = Object.keys(params).filter((name) => recordedGradients[name] !== null);
      const loss = (...values: tf.Tensor[]): tf.Scalar => {
        const out = made({ ...params, ...Object.fromEntries(names.map((name, i) => [name, values[i]])) });
        const ofVelocity = out.velocity.mul(upstream[0]).sum<tf.Scalar>();
        return ofVelocity.add(out.std.reshape(upstream[1].shape).mul(upstream[1]).sum());
      };
      const found = tf.grads(loss)(names.map((name) => params[name]));
      const gradients = Object.fromEntries(names.map((name, i) => [name, found[i]]));
      expectGradients(gradients, recordedGradients);
    });
  },
  reinflow,
);
