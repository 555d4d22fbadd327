import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { expectGradients, goldenCases, layerOptions, shapes, tensors } from '../test/golden.ts';
import { valueMlp } from './value-mlp.ts';

describe('valueMlp', () => {
  it.each(goldenCases('critic_obs'))('agrees with the reference: $name', (golden) => {
    const { constructor, state, weights } = golden.inputs;
    const [, condSteps, obsDim] = state.shape;
    const { outActivation: _, ...layers } = layerOptions(constructor);
    const network = valueMlp({ obsDim, condSteps, ...layers });
    const params = tensors(weights);
    expect(shapes(network.init(0))).toEqual(shapes(params));

    const obs = tf.tensor3d(state.data, state.shape);
    expect(network.apply(params, obs)).toBeAllclose(golden.outputs.out.data, { atol: 1e-5 });
    expectGradients((p, o) => network.apply(p, o), golden, obs);
  });
});
