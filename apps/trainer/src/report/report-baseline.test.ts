import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { startOptions } from '../finetune/start-options.ts';
import { startOfDiffusion, startOfFlow } from '../finetune/start-settings.ts';
import { presetFile, presetsOf } from '../options/presets.ts';
import { nearestOptions } from './report-baseline.ts';

it.each(presetsOf('finetune'))('finds the preset %s, and what was changed', (name) => {
  const preset = parse(readFileSync(presetFile('finetune', name), 'utf8'));
  const given = { ...preset, seed: 7, policy: 'mine.safetensors', gamma: 0.123, targetReturn: 5 };
  const nearest = nearestOptions(finetuneOptions.parse(given));
  expect(nearest?.with.split(', ')).toContain(`the preset ${name}`);
  expect(nearest?.differences).toEqual([
    { name: 'gamma', value: 0.123, there: preset.gamma },
    { name: 'targetReturn', value: 5, there: undefined },
  ]);
});

it.each([
  ['dppo start', startOfFlow],
  ['dppo start with a diffusion policy', startOfDiffusion],
])('finds the options of %s, whatever the policy and the work decided', (name, settings) => {
  const { dashboard, ...options } = startOptions.parse(settings);
  const { iterations } = options;
  const run = { ...options, environment: 'hopper', hidden: [8, 8, 8], actSteps: 4, iterations: 3, jit: true };
  expect(dashboard).toBe(false);
  expect(nearestOptions(run)).toEqual({
    with: name,
    differences: [{ name: 'iterations', value: 3, there: iterations }],
  });
});

it('says what was asked for from scratch', () => {
  const decided = {
    condSteps: 1,
    horizonSteps: 4,
    actSteps: 4,
    timeDim: 16,
    denoisingSteps: 20,
    ftDenoisingSteps: 20,
  };
  const given = { ...decided, environment: 'my.js', maxEpisodeSteps: 50, hidden: [64, 64, 64] };
  expect(nearestOptions(finetuneOptions.parse(given))).toEqual({
    with: 'the defaults',
    differences: [
      { name: 'maxEpisodeSteps', value: 50, there: 1000 },
      { name: 'hidden', value: [64, 64, 64], there: [512, 512, 512] },
    ],
  });
});

it('compares the options of another program with nothing', () => {
  expect(nearestOptions({ learningRate: 1 })).toBeUndefined();
  expect(nearestOptions({ ...finetuneOptions.parse({}), learningRate: 1 })).toBeUndefined();
});
