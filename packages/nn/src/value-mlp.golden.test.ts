import { describeGolden, toTensor, toTensors } from '@dppo/testing';
import type * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { expectNetworkGradients, expectParameters, recordedCritic } from '../test/golden.ts';

describeGolden('critic_obs', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)('agrees with PyTorch, gradients included: $name', (golden, { skip }) => {
    const { constructor, state, weights } = golden.inputs;
    const network = recordedCritic(constructor, state, skip);
    const params = toTensors(weights);
    expectParameters(network, params);

    const obs = toTensor<tf.Tensor3D>(state);
    expect(network.apply(params, { state: obs })).toBeAllclose(golden.outputs.out.data, { atol: 1e-5 });
    expectNetworkGradients((p, o) => network.apply(p, { state: o }), golden, obs);
  });
});
