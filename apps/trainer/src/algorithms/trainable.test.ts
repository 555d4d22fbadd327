import { useBackend } from '@dppo/engine';
import type { DiffusionSpec } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { algorithmOf } from './algorithm-of.ts';

beforeEach(() => {
  const backend = tf.getBackend();
  return () => tf.setBackend(backend);
});

const made = (spec: DiffusionSpec) => algorithmOf(spec, {}, finetuneOptions.parse({}), (f) => f);

it('refuses a U-Net where WebAssembly was chosen, and no MLP', async () => {
  const { obsDim, actionDim, condSteps, horizonSteps } = smallHopper.network;
  const sizes = { obsDim, actionDim, condSteps, horizonSteps };
  const unet: DiffusionSpec = { ...smallHopper, network: { kind: 'unet', ...sizes, dimMults: [1, 2] } };
  expect(made(unet).policy.horizonSteps).toBe(4);
  await useBackend('wasm');
  expect(made(smallHopper).policy.horizonSteps).toBe(4);
  expect(() => made(unet)).toThrow('--backend: found wasm, wanted tensorflow, or cpu');
});
