import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { expectGradients, goldenCases, layerOptions, shapes, tensors } from '../test/golden.ts';
import { denoiserMlp } from './denoiser-mlp.ts';

describe('denoiserMlp', () => {
  it.each(goldenCases('diffusion_mlp'))('agrees with the reference: $name', (golden) => {
    const { constructor, state, x, t, weights } = golden.inputs;
    const [, condSteps, obsDim] = state.shape;
    const network = denoiserMlp({
      obsDim,
      condSteps,
      actionDim: constructor.action_dim,
      horizonSteps: constructor.horizon_steps,
      timeDim: constructor.time_dim,
      condHidden: constructor.cond_mlp_dims ?? [],
      ...layerOptions(constructor),
    });
    const params = tensors(weights);
    expect(shapes(network.init(0))).toEqual(shapes(params));

    const obs = tf.tensor3d(state.data, state.shape);
    const [actions, times] = [tf.tensor3d(x.data, x.shape), tf.tensor1d(t.data, 'int32')];
    const out = network.apply(params, obs)(actions, times);
    expect(out).toBeAllclose(golden.outputs.out.data, { atol: 1e-5 });
    const rows = Array.from(times.dataSync(), (time, b) =>
      network.apply(params, obs.slice(b, 1))(actions.slice(b, 1), time),
    );
    expect(tf.concat(rows)).toBeAllclose(golden.outputs.out.data, { atol: 1e-5 });
    expectGradients((p, chunk) => network.apply(p, obs)(chunk, times), golden, actions);
  });
});
