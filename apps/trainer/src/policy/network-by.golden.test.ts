import { valueMlp } from '@dppo/nn';
import { networkOf } from '@dppo/policy';
import { describeGolden, type GoldenCase, toTensor, toTensors } from '@dppo/testing';
import type * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { z } from 'zod';

import { expectParameters } from '../../../../packages/nn/test/golden.ts';
import { oursFor } from '../options/reference-names.ts';
import { checkNetwork, criticBy, networkBy } from './network-by.ts';
import { criticOptions, networkOptions } from './network-options.ts';

const own = new URL('../../../../packages/nn/golden/', import.meta.url);
const sizesOf = new Set(['action_dim', 'horizon_steps', 'cond_dim']);

/** A value of the reference's as ours is written. */
function ours(name: string, value: unknown): unknown {
  if (name === 'cond_predict_scale') return value === true ? 'film' : 'offset';
  if (name === 'smaller_encoder') return value === true ? 1 : 3;
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** Options of a command of what a file of the reference says of a network. */
function optionsOf(part: string, constructor: GoldenCase['inputs'], fields: z.ZodRawShape): object {
  const said = Object.entries(constructor).filter(([name, value]) => !sizesOf.has(name) && value !== null);
  return Object.fromEntries(
    said.map(([name, value]) => {
      const option = oursFor(`model.${part}.${name}`, Object.keys(fields));
      if (option === undefined) throw new Error(`no option for model.${part}.${name}`);
      return [option, ours(name, value)];
    }),
  );
}

describeGolden('diffusion_mlp', own, ({ cases }) => denoisers('mlp', cases));
describeGolden('unet1d', own, ({ cases }) => denoisers('unet', cases));

function denoisers(network: string, cases: readonly GoldenCase[]): void {
  it.for(cases)('is the network of the reference by options of its names: $name', ({ inputs, outputs }) => {
    const { constructor, state, x, t, weights } = inputs;
    const fields = networkOptions('');
    const options = z.strictObject(fields).parse({ network, ...optionsOf('actor', constructor, fields) });
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
    const options = z.strictObject(criticOptions).parse(optionsOf('critic', constructor, criticOptions));
    const [, condSteps, obsDim] = state.shape;
    const made = valueMlp(criticBy({ obsDim, condSteps }, options));
    const params = toTensors(weights);
    expectParameters(made, params);
    const out = made.apply(params, { state: toTensor<tf.Tensor3D>(state) });
    expect(out).toBeAllclose(outputs.out.data, { atol: 1e-5 });
  });
});
