import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isFlow, readHead } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { evaluate } from '../runs/evaluate.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { demonstrateOptions } from './demonstrate-options.ts';
import { demonstrate } from './demonstrate.ts';
import { pretrainOptions } from './pretrain-options.ts';
import { pretrain } from './pretrain.ts';
import { checkPretrain } from './training-data.ts';

const dir = mkdtempSync(join(tmpdir(), 'flow-'));
await demonstrate(demonstrateOptions.parse({ outDir: dir, episodes: 2 }), () => {});
const backend = tf.getBackend();
const given = {
  environment: 'avoid',
  maxEpisodeSteps: 8,
  kind: 'flow',
  data: join(dir, 'train.npz'),
  normalization: join(dir, 'normalization.npz'),
  out: join(dir, 'policy.safetensors'),
  runDir: join(dir, 'run'),
  backend,
  jit: false,
  hidden: [8, 8, 8],
  epochs: 4,
  batchSize: 40,
  lr: 5e-3,
};

it('pre-trains a flow, whose file acts', async () => {
  const said: string[] = [];
  const checked = await checkPretrain(pretrainOptions.parse({ ...given, flowTimes: 'beta' }));
  expect(checked.options).toMatchObject({ denoisingSteps: 4, denoisedClipValue: 1, finalActionClipValue: 1 });
  await pretrain(checked, (line) => said.push(line));
  const losses = said.flatMap((line) => /^epoch .* loss ([\d.]+)/.exec(line)?.[1] ?? []).map(Number);
  expect(losses).toHaveLength(4);
  expect(losses[3]).toBeLessThan(losses[0]);

  const { spec } = await readHead(given.out);
  expect(isFlow(spec)).toBe(true);
  expect(spec.sampler).toEqual({ kind: 'flow', steps: 4, clipMean: 1, clipNoise: 3, clipAction: 1 });
  const played: string[] = [];
  await evaluate(evaluateOptions.parse({ policy: given.out, episodes: 1, backend }), (line) =>
    played.push(line),
  );
  expect(played.join('\n')).toMatch(/1 episode/);

  await expect(
    evaluate(evaluateOptions.parse({ policy: given.out, ddimSteps: 2, backend }), () => {}),
  ).rejects.toThrow('--ddim-steps: found 2, wanted it left out: the policy is a flow, with steps of its own');
});

it.each([
  [
    { denoisingSteps: 1, denoisedClipValue: null },
    { kind: 'flow', steps: 1, clipNoise: 3, clipAction: 1 },
  ],
  [
    { finalActionClipValue: 0.5, network: 'unet', dimMults: [1, 2], hidden: undefined },
    { kind: 'flow', steps: 4, clipMean: 1, clipNoise: 3, clipAction: 0.5 },
  ],
])('makes of %j the sampler that they ask for', async (more, sampler) => {
  const out = join(dir, 'other.safetensors');
  const options = pretrainOptions.parse({ ...given, ...more, out, runDir: join(dir, 'other') });
  expect((await checkPretrain(options)).spec.sampler).toEqual(sampler);
});

it.each([
  [{ predictEpsilon: false }, '--predict-epsilon: found false, wanted it left out: a flow tells velocities'],
  [
    { kind: 'diffusion', flowTimes: 'beta' },
    '--flow-times: found "beta", wanted it left out, or --kind flow as well',
  ],
])('refuses %j', async (more, sentence) => {
  const out = join(dir, 'other.safetensors');
  const options = pretrainOptions.parse({ ...given, ...more, out, runDir: join(dir, 'other') });
  await expect(checkPretrain(options)).rejects.toThrow(sentence);
});
