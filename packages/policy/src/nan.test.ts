import { formatTensors } from '@dppo/checkpoint';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallFlow, smallGaussian, smallMlp, smallUnet } from '../test/specs.ts';
import { networkOf } from './build.ts';
import { loadPolicy } from './load.ts';
import { formatSpec } from './spec-text.ts';
import type { PolicySpec } from './spec.ts';

/** The file of a policy, its weights changed. */
function file(spec: PolicySpec, change: (weight: tf.Tensor) => tf.Tensor): Uint8Array {
  const named = Object.entries(networkOf(spec.network).init(1)).map(([name, weight]) => [
    `actor.${name}`,
    change(weight),
  ]);
  return formatTensors(Object.fromEntries(named), { dppo: formatSpec(spec, 'policy') });
}

const rod = [0.525, -0.28, 0.5, -0.25];

it.each(Object.entries({ smallMlp, smallUnet, smallFlow, smallGaussian }))(
  'no policy of weights that are not finite is loaded, on any backend: %s',
  async (_, spec) => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const bytes = file(spec, (weight) => tf.fill(weight.shape, value));
      await expect(loadPolicy(bytes)).rejects.toThrow(`has ${value} in it, wanted finite numbers`);
    }
  },
);

it.each(Object.entries({ smallMlp, smallUnet, smallFlow }))(
  'no action is given that finite weights overflow to, on any backend: %s',
  async (_, spec) => {
    const policy = await loadPolicy(file(spec, (weight) => tf.fill(weight.shape, 1e38)));
    expect(() => policy.act(rod)).toThrow(
      /^act: action 0 of the chunk is (NaN|-?Infinity) in dimension 0, wanted/,
    );
    const sound = await loadPolicy(file(spec, (weight) => weight));
    expect(sound.act(rod).every(Number.isFinite)).toBe(true);
  },
);
