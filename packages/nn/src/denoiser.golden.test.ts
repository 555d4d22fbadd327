import { describeGolden, toTensor, toTensors } from '@dppo/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { expectNetworkGradients, expectParameters, recordedDenoiser } from '../test/golden.ts';

const own = new URL('../golden/', import.meta.url);

for (const file of ['diffusion_mlp', 'unet1d']) {
  describeGolden(file, own, ({ cases }) => {
    it.for(cases)('agrees with PyTorch, gradients included: $name', (golden, { skip }) => {
      const { constructor, state, x, t, weights } = golden.inputs;
      const network = recordedDenoiser(constructor, state, x.shape[1], skip);
      const params = toTensors(weights);
      expectParameters(network, params);

      const obs = toTensor<tf.Tensor3D>(state);
      const [actions, times] = [toTensor<tf.Tensor3D>(x), toTensor<tf.Tensor1D>(t)];
      const out = network.apply(params, { state: obs })(actions, times);
      expect(out).toBeAllclose(golden.outputs.out.data, { atol: 1e-5 });
      const rows = Array.from(times.dataSync(), (time, b) =>
        network.apply(params, { state: obs.slice(b, 1) })(actions.slice(b, 1), time),
      );
      expect(tf.concat(rows)).toBeAllclose(golden.outputs.out.data, { atol: 1e-5 });
      expectNetworkGradients((p, chunk) => network.apply(p, { state: obs })(chunk, times), golden, actions);
    });
  });
}
