import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { expectGradients, goldenCases, shapes, tensors } from '../test/golden.ts';
import { unet1d } from './unet1d.ts';

describe('unet1d', () => {
  it.each(goldenCases('unet1d'))('agrees with the reference: $name', (golden) => {
    const { constructor, state, x, t, weights } = golden.inputs;
    const network = unet1d({
      obsDim: state.shape[2],
      condSteps: state.shape[1],
      actionDim: constructor.action_dim,
      horizonSteps: x.shape[1],
      dim: constructor.dim,
      dimMults: constructor.dim_mults,
      timeDim: constructor.diffusion_step_embed_dim,
      kernelSize: constructor.kernel_size,
      groups: constructor.n_groups,
      groupNormEpsilon: constructor.groupnorm_eps,
      activation: constructor.activation_type.toLowerCase(),
      conditioning: constructor.cond_predict_scale ? 'film' : 'offset',
      encoderLayers: constructor.smaller_encoder ? 1 : 3,
    });
    const params = tensors(weights);
    expect(shapes(network.init(0))).toEqual(shapes(params));

    const obs = tf.tensor3d(state.data, state.shape);
    const [actions, times] = [tf.tensor3d(x.data, x.shape), tf.tensor1d(t.data, 'int32')];
    expect(network.apply(params, obs)(actions, times)).toBeAllclose(golden.outputs.out.data, { atol: 1e-5 });
    expectGradients((p, chunk) => network.apply(p, obs)(chunk, times), golden, actions);
  });
});
