import { networkWeights, type PolicyFile, readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';

import { configOf, numbers, optionsOf, policyIn, quiet, rows, trained } from '../../test/little-runs.ts';
import { smallFlow, smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { presetFile } from '../options/presets.ts';
import { withDigest } from '../runs/differing.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { evaluate } from '../runs/evaluate.ts';
import { members } from '../runs/members.ts';
import { readRun } from '../runs/recorded-run.ts';
import { finetune } from './finetune.ts';

/** A training of a moment. */
const little = {
  jit: false,
  nEnvs: 2,
  workers: 1,
  steps: 3,
  maxEpisodeSteps: 20,
  actorLr: 1e-2,
  actorMinLr: 1e-2,
  entCoef: 0.03,
  noiseHidden: [6],
  criticHidden: [8, 8, 8],
  lrWarmupSteps: 0,
  iterations: 3,
  batchSize: 4,
  evalEpisodes: 2,
  evalEvery: 3,
  saveEvery: 1,
};

let policy = '';
let run = '';
beforeAll(async () => {
  ({ policy } = await untrainedPolicy(smallFlow));
  run = await trained({ ...little, policy, denoisingSteps: 2 });
});

const velocityOf = ({ params }: PolicyFile) => numbers(networkWeights(params));
const noiseOf = ({ params }: PolicyFile) => numbers(members(params, 'noise.'));

describe('a flow that is fine-tuned', () => {
  it('learns in other steps than it was pre-trained for, with a noise that begins there', async () => {
    const [before, start, last] = [
      await readPolicy(policy),
      await policyIn(run, 'start'),
      await policyIn(run, 'policy-3'),
    ];
    const noise = { min: 0.1, max: 0.24, hidden: [6], activation: 'tanh' };
    const sampler = { kind: 'flow', steps: 2, noise, clipMean: 1, clipNoise: 3, clipAction: 1 };
    expect(last.spec.sampler).toEqual(sampler);
    expect(last.frozen).toBeUndefined();
    expect(velocityOf(start)).toEqual(numbers(before.params));
    expect(velocityOf(last)).not.toEqual(velocityOf(start));
    expect(noiseOf(last)).not.toEqual(noiseOf(start));
    // 2 environments × 3 chunks, each a sample, in minibatches of 4: one an epoch.
    expect(rows(run).find((row) => 'train/n_updates' in row)?.['train/n_updates']).toBe(5);
  });

  it('keeps all that it was trained by', () => {
    expect(configOf(run)).toMatchObject({
      denoisingSteps: 2,
      flowNoise: 'learned',
      minNoiseStd: 0.1,
      maxNoiseStd: 0.24,
      noiseHidden: [6],
      noiseActivation: 'tanh',
      denoisedClipValue: 1,
      finalActionClipValue: 1,
    });
    expect(configOf(run)).not.toHaveProperty('ftDenoisingSteps');
  });

  it('is repeated number by number from the folder of its run', async () => {
    const again = await trained({}, join(run, 'config.yaml'));
    expect(rows(again)).toEqual(rows(run));
    expect(configOf(again)).toEqual(configOf(run));
  });

  it('goes on after an end as if there had been none', async () => {
    const part = await trained({ ...little, policy, denoisingSteps: 2, iterations: 3, maxMinutes: 1e-9 });
    await finetune(await optionsOf({ resume: part, maxMinutes: 10 }), quiet);
    const [there, whole] = [await policyIn(part, 'policy-3'), await policyIn(run, 'policy-3')];
    expect(numbers(there.params)).toEqual(numbers(whole.params));
  });

  it('acts by its file, and is fine-tuned again in the same steps', async () => {
    const tuned = join(run, 'policy-3.safetensors');
    const said: string[] = [];
    const backend = tf.getBackend();
    await evaluate(evaluateOptions.parse({ policy: tuned, episodes: 2, backend }), (line) => said.push(line));
    expect(said.join('\n')).toMatch(/2 episodes/);
    const second = await trained({ ...little, policy: tuned, iterations: 1, maxNoiseStd: 0.2 });
    const start = await policyIn(second, 'start');
    expect(numbers(start.params)).toEqual(numbers((await readPolicy(tuned)).params));
    expect(start.spec.sampler).toMatchObject({ steps: 2, noise: { max: 0.2 } });
    await expect(optionsOf({ ...little, policy: tuned, denoisingSteps: 4 })).rejects.toThrow(
      `--denoising-steps: found 4, wanted 2, as --policy ${tuned} was fine-tuned with`,
    );
  });

  it('begins, whatever the seed, with what counts as the same policy', async () => {
    const other = await trained({ ...little, policy, denoisingSteps: 2, iterations: 1, seed: 7 });
    const [one, two] = [run, other].map((dir) => withDigest(readRun(dir), dir).config.policy);
    expect(one).toEqual(two);
    expect(noiseOf(await policyIn(other, 'start'))).not.toEqual(noiseOf(await policyIn(run, 'start')));
  });

  it('explores with a σ that does not learn, and imitates what it was', async () => {
    const fixed = { flowNoise: 'fixed', minNoiseStd: 0.2, bcLossCoeff: 0.1, bcLossType: 'likelihood' };
    const { entCoef: _, noiseHidden: __, ...rest } = little;
    const other = await trained({ ...rest, ...fixed, policy, iterations: 1 });
    expect((await policyIn(other, 'policy-1')).spec.sampler).toMatchObject({ steps: 4, noise: 0.2 });
    // How unlikely, by a density: below 0 where that is above 1.
    expect(rows(other).find((each) => 'train/bc_loss' in each)?.['train/bc_loss']).not.toBe(0);
  });
});

describe('before any computation is refused', () => {
  it.each([
    [{ gammaDenoising: 0.9 }, '--gamma-denoising: found 0.9, wanted it left out: the policy is a flow'],
    [
      { clipPlossCoefBase: 0.005 },
      '--clip-ploss-coef-base: found 0.005, wanted it left out: the policy is a flow, and its whole path is one sample',
    ],
    [{ ddimSteps: 2 }, '--ddim-steps: found 2, wanted it left out: the policy is a flow'],
    [{ ftDenoisingSteps: 2 }, '--ft-denoising-steps: found 2, wanted it left out: the policy is a flow'],
    [
      { minNoiseStd: 0.3, maxNoiseStd: 0.2 },
      '--min-noise-std: found 0.3, wanted less than --max-noise-std 0.2',
    ],
    [{ minNoiseStd: 0.3 }, '--min-noise-std: found 0.3, wanted less than --max-noise-std 0.24'],
    [{ minLogProb: 1, maxLogProb: -1 }, '--min-log-prob: found 1, wanted less than --max-log-prob -1'],
    [{ denoisingSteps: 0 }, '--denoising-steps'],
    [
      { flowNoise: 'fixed', maxNoiseStd: 0.3 },
      '--max-noise-std: found 0.3, wanted it left out, or --flow-noise learned',
    ],
    [{ flowNoise: 'fixed', entCoef: 0.1 }, '--ent-coef: found 0.1, wanted 0: only a noise that is learned'],
  ])('%j', async (given, sentence) => {
    await expect(optionsOf({ policy, ...given })).rejects.toThrow(sentence);
  });

  it('what only a flow has, of a diffusion', async () => {
    const diffusion = await untrainedPolicy(smallHopper);
    await expect(optionsOf({ policy: diffusion.policy, maxNoiseStd: 0.2 })).rejects.toThrow(
      '--max-noise-std: found 0.2, wanted it left out: the policy is no flow',
    );
  });

  it('a policy of another kind than the preset is for, by that and not by its steps or sizes', async () => {
    const diffusion = (await untrainedPolicy(smallHopper)).policy;
    const [forFlow, forDiffusion] = ['hopper-flow-finetune', 'hopper-finetune'].map((name) =>
      presetFile('finetune', name),
    );
    await expect(optionsOf({ policy: diffusion }, forFlow)).rejects.toThrow(
      '--flow-noise: found "learned", wanted it left out: the policy is no flow',
    );
    for (const flow of [policy, join(run, 'policy-3.safetensors')])
      await expect(optionsOf({ policy: flow }, forDiffusion)).rejects.toThrow(
        '--ft-denoising-steps: found 10, wanted it left out: the policy is a flow',
      );
  });
});
