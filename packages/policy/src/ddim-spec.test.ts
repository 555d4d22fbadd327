import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { smallFlow, smallGaussian, smallMlp, smallUnet } from '../test/specs.ts';
import { networkOf, policyOf } from './build.ts';
import { ddimSpec } from './ddim-spec.ts';
import { formatPolicy } from './file.ts';
import { loadPolicy } from './load.ts';

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const params = (): tf.NamedTensorMap => networkOf(smallMlp.network).init(1);
const rod = [0.525, -0.28, 0.5, -0.25];

it('keeps all but the steps: the schedule, the clips, and the η of a sampler that is DDIM already', () => {
  const clips = { clipX0: 0.9, clipNoise: 2, clipAction: 0.8 };
  const spec = { ...smallMlp, sampler: { ...smallMlp.sampler, ...clips, ftDenoisingSteps: 4 } };
  const sampler = { kind: 'ddim', denoisingSteps: 5, ...clips, ddimSteps: 3, eta: 1 };
  expect(ddimSpec({ spec, fineTuned: false }, 3)).toEqual({ ...smallMlp, sampler });
  const own = {
    ...smallUnet,
    sampler: { ...smallUnet.sampler, eta: { kind: 'fixed', base: 0.5, min: 0.1, max: 1 } as const },
  };
  expect(ddimSpec({ spec: own, fineTuned: false }, 2)).toEqual({
    ...own,
    sampler: { ...own.sampler, ddimSteps: 2 },
  });
});

it('leaves a policy as it is that was fine-tuned with these steps', () => {
  const head = { spec: smallUnet, fineTuned: true };
  expect(ddimSpec(head, 5)).toBe(smallUnet);
});

it.each([
  [smallGaussian, false, 5, 'found 5, wanted it left out: the policy does not denoise'],
  [smallFlow, false, 5, 'found 5, wanted it left out: the policy is a flow, with steps of its own'],
  [smallMlp, false, 6, 'found 6, wanted a whole number from 1 to 5, the denoising steps of the policy'],
  [smallMlp, false, 2.5, 'found 2.5, wanted a whole number from 1 to 5, the denoising steps of the policy'],
  [smallMlp, false, 0, 'found 0, wanted a whole number from 1 to 5, the denoising steps of the policy'],
  [smallMlp, true, 3, 'found 3, wanted it left out: the policy was fine-tuned with DDPM'],
  [smallUnet, true, 3, 'found 3, wanted 5, the steps that the policy was fine-tuned with'],
])('refuses what has no such steps', (spec, fineTuned, steps, message) => {
  expect(() => ddimSpec({ spec, fineTuned }, steps)).toThrow(
    new RangeError(`ddimSpec: ddimSteps: ${message}`),
  );
});

it('is how a policy acts that is loaded with it', async () => {
  const bytes = formatPolicy({ spec: smallMlp, params: params() });
  const loaded = await loadPolicy(bytes, { ddimSteps: 2 });
  const spec = ddimSpec({ spec: smallMlp, fineTuned: false }, 2);
  expect(loaded.spec).toEqual(spec);
  const written = await loadPolicy(formatPolicy({ spec, params: params() }));
  const chunk = loaded.act(rod);
  expect(chunk).toEqual(written.act(rod));
  expect(chunk).not.toEqual((await loadPolicy(bytes)).act(rod));
  expect(policyOf({ spec, params: params() }).draws).toBe(3);
  await expect(loadPolicy(bytes, { ddimSteps: 6 })).rejects.toThrow('loadPolicy: ddimSteps: found 6');
});
