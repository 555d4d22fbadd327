import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { noisyFlow, smallFlow, smallGaussian, smallMlp } from '../test/specs.ts';
import { networkOf } from './build.ts';
import { formatPolicy } from './file.ts';
import { flowSpec } from './flow-spec.ts';
import { loadPolicy } from './load.ts';
import type { FlowSpec } from './spec.ts';

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const { noise: _, ...quiet } = smallFlow.sampler;
const pretrained: FlowSpec = { ...smallFlow, sampler: quiet };
const rod = [0.525, -0.28, 0.5, -0.25];

it('keeps all but the steps', () => {
  expect(flowSpec({ spec: pretrained, fineTuned: false }, 20)).toEqual({
    ...pretrained,
    sampler: { ...quiet, steps: 20 },
  });
});

it.each([smallFlow, noisyFlow])('leaves a flow as it is that was fine-tuned in these steps', (spec) => {
  expect(flowSpec({ spec, fineTuned: true }, 4)).toEqual(spec);
});

it.each([
  [smallGaussian, 4, 'found 4, wanted it left out: the policy is no flow'],
  [
    smallMlp,
    4,
    'found 4, wanted it left out: the policy is a diffusion, which was trained for a number of them, and takes fewer by DDIM',
  ],
  [pretrained, 0, 'found 0, wanted a whole number above 0'],
  [pretrained, 1.5, 'found 1.5, wanted a whole number above 0'],
  [smallFlow, 2, 'found 2, wanted 4, the steps that the policy was fine-tuned in'],
  [noisyFlow, 8, 'found 8, wanted 4, the steps that the policy was fine-tuned in'],
])('refuses what has no such steps', (spec, steps, message) => {
  expect(() => flowSpec({ spec, fineTuned: false }, steps)).toThrow(
    new RangeError(`flowSpec: denoisingSteps: ${message}`),
  );
});

it('is how a flow acts that is loaded with it', async () => {
  const params = networkOf(pretrained.network).init(1);
  const bytes = formatPolicy({ spec: pretrained, params });
  const loaded = await loadPolicy(bytes, { denoisingSteps: 1 });
  const spec = flowSpec({ spec: pretrained, fineTuned: false }, 1);
  expect(loaded.spec).toEqual(spec);
  const written = await loadPolicy(formatPolicy({ spec, params }));
  const chunk = loaded.act(rod);
  expect(chunk).toEqual(written.act(rod));
  expect(chunk).not.toEqual((await loadPolicy(bytes)).act(rod));
  await expect(loadPolicy(bytes, { denoisingSteps: 0 })).rejects.toThrow(
    'loadPolicy: denoisingSteps: found 0',
  );
});
