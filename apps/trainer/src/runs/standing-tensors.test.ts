import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { standingIn, standingTensors } from './standing-tensors.ts';

const standing = {
  obs: { 'obs.state': { shape: [1, 2], data: Float32Array.of(1, -0, 3e-45, 4) } },
  firsts: Uint8Array.of(0, 1),
  returns: Float64Array.of(0.1, -0),
  lengths: Float64Array.of(2 ** 53, 0),
  states: [Float64Array.of(Math.PI, 5e-324, -0), Float64Array.of(-1e308)],
};

const bitsOf = ({ buffer }: Float64Array): Uint32Array => new Uint32Array(buffer);

it('keeps every bit of where environments stand', () => {
  const tensors = standingTensors(standing);
  const found = standingIn(tensors);
  expect(found).toEqual(standing);
  expect(found.states?.map(bitsOf)).toEqual(standing.states.map(bitsOf));
});

it('keeps the rest where environments cannot be saved', () => {
  const unsaved = { ...standing, states: undefined };
  expect(standingIn(standingTensors(unsaved))).toEqual(unsaved);
});

it.each([
  ['returns', undefined, 'environments.returns is missing'],
  ['states', undefined, 'environments.states is missing'],
  ['firsts', [0, 1, 0], 'environments.sizes do not agree with the states of 3 environments'],
  ['sizes', [3, 2], 'environments.sizes do not agree with the states of 2 environments'],
  ['sizes', [5, -1], 'environments.sizes do not agree with the states of 2 environments'],
] as const)('refuses other %s', (name, values, message) => {
  const { [name]: _, ...others } = standingTensors(standing);
  const changed = values ? { ...others, [name]: tf.tensor1d([...values], 'int32') } : others;
  expect(() => standingIn(changed)).toThrow(new RangeError(message));
});
