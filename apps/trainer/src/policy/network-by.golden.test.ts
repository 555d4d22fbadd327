import { valueMlp } from '@dppo/nn';
import { networkOf } from '@dppo/policy';
import { describeGolden, type GoldenCase, toTensor, toTensors } from '@dppo/testing';
import type * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { z } from 'zod';

import { expectParameters } from '../../../../packages/nn/test/golden.ts';
import { optionsOf } from '../../test/recorded-options.ts';
import { checkNetwork, criticBy, networkBy } from './network-by.ts';
import { criticOptions, networkOptions } from './network-options.ts';

const own = new URL('../../../../packages/nn/golden/', import.meta.url);
describeGolden('diffusion_mlp', own, ({ cases }) => denoisers('mlp', cases));
describeGolden('unet1d', own, ({ cases }) => denoisers('unet', cases));

function denoisers(network: string, cases: readonly GoldenCase[]): void {
  it.for(cases)('is the network of the reference by options of its names: $name', ({ inputs, outputs }) => {
    const { constructor, state, x, t, weights } = inputs;
    const fields = networkOptions('');
    const options = z
      .strictObject(fields)
      .parse({ network, ...optionsOf('model.actor', constructor, fields) });
    const [, condSteps, obsDim] = state.shape;
    const [, horizonSteps, actionDim] = x.shape;
    const spec = networkBy(options, { obsDim, actionDim, condSteps, horizonSteps });
    checkNetwork(spec, options);
    const made = networkOf(spec);
    const params = toTensors(weights);
    expectParameters(made, params);
    const denoise = made.apply(params, { state: toTensor<tf.Tensor3D>(state) });
    const out = denoise(toTensor<tf.Tensor3D>(x), toTensor<tf.Tensor1D>(t));
    expect(out).toBeAllclose(outputs.out.data, { atol: 1e-5 });
  });
}

describeGolden('critic_obs', own, ({ cases }) => {
  it.for(cases)('is the critic of the reference by options of its names: $name', ({ inputs, outputs }) => {
    const { constructor, state, weights } = inputs;
    const options = z
      .strictObject(criticOptions)
      .parse(optionsOf('model.critic', constructor, criticOptions));
    const [, condSteps, obsDim] = state.shape;
    const made = valueMlp(criticBy({ obsDim, condSteps }, options));
    const params = toTensors(weights);
    expectParameters(made, params);
    const out = made.apply(params, { state: toTensor<tf.Tensor3D>(state) });
    expect(out).toBeAllclose(outputs.out.data, { atol: 1e-5 });
  });
});
