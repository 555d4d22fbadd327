import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { etaAction, etaFixed, etaState, etaStateAction } from '@dppo/nn';
import {
  type DenoisingSpec,
  type DiffusionSpec,
  networkOf,
  policyOf,
  type SteppedSpec,
  writePolicy,
} from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { settled, startingSpec } from '../finetune/starting-spec.ts';
import { readLine } from '../options/command-line.ts';

/** Options of a line, by their names in files. */
type Named = Readonly<Record<string, string>>;

/** What the check of the command makes of a line: nothing is computed yet. */
async function checked(named: Named, config?: string) {
  const line = { set: [], named, ...(config !== undefined && { config }) };
  const { options } = await settled(readLine('finetune', finetuneOptions, line).options);
  return options;
}

/** The sampler that a run of this line would begin with. */
async function samplerOf(named: Named, config?: string): Promise<SteppedSpec['sampler']> {
  const { sampler } = await startingSpec(await checked(named, config));
  return sampler;
}

const withSampler = (sampler: DenoisingSpec): DiffusionSpec => ({ ...smallHopper, sampler });
const steps = { denoisingSteps: 6, clipX0: 1, clipNoise: 3 };
const range = { base: 0.4, min: 0.2, max: 1.2 };
const eta = { kind: 'state', ...range, hidden: [6, 5], activation: 'mish' } as const;

/** Files of policies: DDPM, one that tells the clean action, one with every bound, and fine-tuned ones. */
const files: Record<string, string> = {};
const samplers: Readonly<Record<string, DenoisingSpec>> = {
  ddpm: { kind: 'ddpm', ...steps },
  x0: { kind: 'ddpm', ...steps, prediction: 'x0' },
  bounded: { kind: 'ddim', ...steps, ddimSteps: 4, eta: 0.5, clipAction: 0.8, clipEpsilon: 2 },
};
const tuned: Readonly<Record<string, DenoisingSpec>> = {
  tunedDdpm: { kind: 'ddpm', ...steps, ftDenoisingSteps: 2 },
  tunedDdim: { kind: 'ddim', ...steps, ftDenoisingSteps: 2, ddimSteps: 4, eta: 0.5 },
  tunedEta: { kind: 'ddim', ...steps, ftDenoisingSteps: 2, ddimSteps: 4, eta },
};

beforeAll(async () => {
  for (const [name, sampler] of Object.entries(samplers))
    files[name] = (await untrainedPolicy(withSampler(sampler))).policy;
  for (const [name, sampler] of Object.entries(tuned)) {
    const spec = withSampler(sampler);
    const frozen = networkOf(spec.network).init(1);
    const params = policyOf({ spec, params: frozen }).init(2);
    files[name] = join(mkdtempSync(join(tmpdir(), 'tuned-')), 'policy.safetensors');
    await writePolicy(files[name], { spec, params, frozen });
    tf.dispose([params, frozen]);
  }
});

describe('the options of a sampler', () => {
  it('leave DDPM as it is where none is given', async () => {
    expect(await samplerOf({ policy: files.ddpm })).toEqual({ ...samplers.ddpm, ftDenoisingSteps: 6 });
    const scratch = { kind: 'ddpm', denoisingSteps: 20, ftDenoisingSteps: 20, clipX0: 1, clipNoise: 3 };
    expect(await samplerOf({ environment: 'hopper' })).toEqual(scratch);
  });

  const ddim = { kind: 'ddim', ...steps, ddimSteps: 4, ftDenoisingSteps: 4, eta: 1 };
  it.each<[string, Named, object]>([
    ['ddimSteps', {}, ddim],
    ['eta', { eta: '0.3' }, { ...ddim, eta: 0.3 }],
    ['eta without noise', { eta: '0' }, { ...ddim, eta: 0 }],
    ['ftDenoisingSteps', { ftDenoisingSteps: '2' }, { ...ddim, ftDenoisingSteps: 2 }],
    ['denoisedClipValue', { denoisedClipValue: '2' }, { ...ddim, clipX0: 2 }],
    ['finalActionClipValue', { finalActionClipValue: '0.9' }, { ...ddim, clipAction: 0.9 }],
    ['epsClipValue', { epsClipValue: '1.5' }, { ...ddim, clipEpsilon: 1.5 }],
    ['randnClipValue', { randnClipValue: '2' }, { ...ddim, clipNoise: 2 }],
    ['learnEta', { learnEta: 'fixed' }, { ...ddim, eta: { kind: 'fixed', base: 0.5, min: 0.1, max: 1 } }],
    [
      'the range of a learned η',
      { learnEta: 'action', eta: '0.4', etaMin: '0.2', etaMax: '1.2' },
      { ...ddim, eta: { kind: 'action', ...range } },
    ],
    [
      'the layers of a learned η',
      {
        learnEta: 'state',
        eta: '0.4',
        etaMin: '0.2',
        etaMax: '1.2',
        etaHidden: '6,5',
        etaActivation: 'mish',
      },
      { ...ddim, eta },
    ],
    [
      'an η by state and action',
      { learnEta: 'state-action' },
      {
        ...ddim,
        eta: {
          kind: 'state-action',
          base: 1,
          min: 0.001,
          max: 2,
          hidden: [256, 256],
          activation: 'relu',
        },
      },
    ],
  ])('reach what is trained: %s', async (_, named, sampler) => {
    expect(await samplerOf({ policy: files.ddpm, ddimSteps: '4', ...named })).toEqual(sampler);
    // All that was left open is in what is run, and says the same again.
    const whole = await checked({ policy: files.ddpm, ddimSteps: '4', ...named });
    expect((await startingSpec(whole)).sampler).toEqual(sampler);
    expect((await settled(whole)).options).toEqual(whole);
  });

  it('have a learned η begin where its network does by itself', async () => {
    const sizes = { obsDim: 11, hidden: [4] };
    const networks = {
      fixed: etaFixed(),
      action: etaAction({ actionDim: 3 }),
      state: etaState(sizes),
      'state-action': etaStateAction({ ...sizes, actionDim: 3 }),
    };
    for (const [kind, network] of Object.entries(networks)) {
      const learned = await checked({ policy: files.ddpm, ddimSteps: '4', learnEta: kind });
      const weights = network.init(1);
      const at = (scale: number): number => {
        const scaled = Object.entries(weights).map(([name, weight]) => [name, weight.mul(0).add(scale)]);
        const x = { state: tf.ones<tf.Rank.R3>([1, 1, 11]) };
        return network.apply(Object.fromEntries(scaled), x).dataSync()[0];
      };
      const found = [network.apply(weights, { state: tf.zeros([1, 1, 11]) }).dataSync()[0], at(-9), at(9)];
      // Without layers that see, only the bias counts; tanh(±9) is an end of every range.
      expect(found).toBeAllclose([learned.eta ?? NaN, learned.etaMin ?? NaN, learned.etaMax ?? NaN], {
        atol: 1e-6,
      });
    }
  });

  it('let go of every bound of a policy with null, on a line and in a file', async () => {
    const { clipX0: _, clipAction: __, clipEpsilon: ___, ...free } = { ...samplers.bounded, clipEpsilon: 2 };
    const names = ['denoisedClipValue', 'finalActionClipValue', 'epsClipValue'];
    const line = Object.fromEntries(names.map((name) => [name, 'null']));
    const wanted = { ...free, ftDenoisingSteps: 4 };
    expect(await samplerOf({ policy: files.bounded, ...line })).toEqual(wanted);
    const config = join(mkdtempSync(join(tmpdir(), 'null-')), 'options.yaml');
    writeFileSync(config, names.map((name) => `${name}: null\n`).join(''));
    expect(await samplerOf({ policy: files.bounded }, config)).toEqual(wanted);
    // Of DDPM too, which has no bound of ε to let go of.
    expect(await samplerOf({ policy: files.ddpm, epsClipValue: 'null' })).toEqual({
      ...samplers.ddpm,
      ftDenoisingSteps: 6,
    });
    // And so it is said, for a policy that has bounds again.
    expect(await checked({ policy: files.bounded, ...line })).toMatchObject({
      denoisedClipValue: null,
      finalActionClipValue: null,
      epsClipValue: null,
    });
  });

  it('keep the sampler of a policy, and of its η what is not asked for otherwise', async () => {
    expect(await samplerOf({ policy: files.bounded })).toEqual({
      ...samplers.bounded,
      ftDenoisingSteps: 4,
    });
    expect(await samplerOf({ policy: files.bounded, eta: '0.7', ddimSteps: '3' })).toEqual({
      ...samplers.bounded,
      ddimSteps: 3,
      eta: 0.7,
      ftDenoisingSteps: 3,
    });
    // Another kind of η has a beginning and a range of its own.
    expect(await samplerOf({ policy: files.bounded, learnEta: 'action' })).toMatchObject({
      eta: { kind: 'action', base: 0.5, min: 0.1, max: 1 },
    });
  });

  it('keep the sampler that a policy was fine-tuned with, which may be named', async () => {
    const named = {
      ddimSteps: '4',
      learnEta: 'state',
      eta: '0.4',
      etaMin: '0.2',
      etaMax: '1.2',
      etaHidden: '6,5',
      etaActivation: 'mish',
    };
    expect(await samplerOf({ policy: files.tunedEta })).toEqual(tuned.tunedEta);
    expect(await samplerOf({ policy: files.tunedEta, ...named })).toEqual(tuned.tunedEta);
    expect(await samplerOf({ policy: files.tunedDdim, ddimSteps: '4' })).toEqual(tuned.tunedDdim);
    expect(await samplerOf({ policy: files.tunedDdim, eta: '0.9' })).toMatchObject({ eta: 0.9 });
    expect(await samplerOf({ policy: files.tunedDdim, learnEta: 'fixed' })).toMatchObject({
      ftDenoisingSteps: 2,
      eta: { kind: 'fixed', base: 0.5 },
    });
  });
});

const noEta = 'wanted it left out, or --ddim-steps as well: DDPM has no η';
const notLearned = 'wanted it left out, or --learn-eta as well';
const noLayers = 'wanted it left out, or --learn-eta state or state-action as well';

describe('options of a sampler that cannot be had', () => {
  it.each<[string, Named, string]>([
    ['ddpm', { ddimSteps: '7' }, '--ddim-steps: found 7, wanted at most 6, the denoising steps'],
    ['', { ddimSteps: '21' }, '--ddim-steps: found 21, wanted at most 20, the denoising steps'],
    [
      '',
      { denoisingSteps: '4', ddimSteps: '5' },
      '--ddim-steps: found 5, wanted at most --denoising-steps 4: DDIM visits some of them',
    ],
    ['ddpm', { ddimSteps: '0' }, '--ddim-steps: found 0, wanted at least 1'],
    [
      'ddpm',
      { ddimSteps: '3', ftDenoisingSteps: '4' },
      '--ft-denoising-steps: found 4, wanted at most --ddim-steps 3: they are the last of them',
    ],
    ['bounded', { ftDenoisingSteps: '5' }, '--ft-denoising-steps: found 5, wanted at most 4, the denoising'],
    [
      '',
      { ddimSteps: '5', ftDenoisingSteps: '3' },
      '--ft-denoising-steps: found 3, wanted 5, or --policy as well: from scratch all denoising steps are trained',
    ],
    ['ddpm', { eta: '0.5' }, `--eta: found 0.5, ${noEta}`],
    ['ddpm', { eta: '0' }, `--eta: found 0, ${noEta}`],
    ['', { eta: '0.5' }, `--eta: found 0.5, ${noEta}`],
    ['ddpm', { learnEta: 'fixed' }, `--learn-eta: found "fixed", ${noEta}`],
    [
      'ddpm',
      { epsClipValue: '1' },
      '--eps-clip-value: found 1, wanted it left out, or --ddim-steps as well: DDPM has no such bound',
    ],
    ['ddpm', { ddimSteps: '4', eta: '-1' }, '--eta: found -1, wanted at least 0'],
    ['ddpm', { ddimSteps: '4', eta: '11' }, '--eta: found 11, wanted at most 10, ten times'],
    ['ddpm', { ddimSteps: '4', learnEta: 'all' }, '--learn-eta: found "all", wanted one of'],
    ['ddpm', { ddimSteps: '4', epsClipValue: '0' }, '--eps-clip-value: found 0, wanted'],
    ...[
      ['etaMin', '0.2'],
      ['etaMax', '0.2'],
      ['etaLr', '0.2'],
      ['etaMinLr', '0.2'],
      ['etaWeightDecay', '0.2'],
      ['etaUpdateInterval', '2'],
      ['etaLrWarmupSteps', '2'],
      ['etaLrCycleSteps', '2'],
    ].map(
      ([name, value]) =>
        [
          'ddpm',
          { ddimSteps: '4', [name]: value },
          `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: found ${value}, ${notLearned}`,
        ] as [string, Named, string],
    ),
    ...['fixed', 'action'].map(
      (learnEta) =>
        ['ddpm', { ddimSteps: '4', learnEta, etaHidden: '4' }, `--eta-hidden: found [4], ${noLayers}`] as [
          string,
          Named,
          string,
        ],
    ),
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'action', etaActivation: 'relu' },
      `--eta-activation: found "relu", ${noLayers}`,
    ],
    ['ddpm', { ddimSteps: '4', etaHidden: '4' }, `--eta-hidden: found [4], ${noLayers}`],
    [
      'ddpm',
      { ddimSteps: '4', entCoef: '0.01' },
      '--ent-coef: found 0.01, wanted 0, or --learn-eta as well: only a learned η has an entropy',
    ],
    ['ddpm', { entCoef: '0.01' }, '--ent-coef: found 0.01, wanted 0, or --learn-eta as well'],
    [
      'x0',
      { ddimSteps: '4', epsClipValue: '1' },
      '--eps-clip-value: found 1, wanted it left out: the network tells the clean action, no noise',
    ],
    // Where the other end is the kind's own.
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'fixed', eta: '0.05' },
      '--eta: found 0.05, wanted 0.1 to 1, what is learned',
    ],
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'state', eta: '1.5' },
      '--eta: found 1.5, wanted 0.1 to 1, what is learned',
    ],
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'action', etaMin: '0.6' },
      '--eta: found 0.5 (its default), wanted 0.6 to 1, what is learned',
    ],
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'state-action', etaMax: '0.9' },
      '--eta: found 1 (its default), wanted 0.001 to 0.9, what is learned',
    ],
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'fixed', etaMin: '1' },
      '--eta-min: found 1, wanted less than --eta-max 1',
    ],
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'fixed', etaMin: '0.8', etaMax: '0.3' },
      '--eta-min: found 0.8, wanted less than --eta-max 0.3',
    ],
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'fixed', etaLr: '1e-4', etaMinLr: '1e-3' },
      '--eta-min-lr: found 0.001, wanted at most --eta-lr 0.0001: nothing learns faster',
    ],
    // The default of its rate is 1e-4 too.
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'fixed', etaMinLr: '1e-3' },
      '--eta-min-lr: found 0.001, wanted at most --eta-lr 0.0001: nothing learns faster',
    ],
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'fixed', etaLrWarmupSteps: '20', etaLrCycleSteps: '20' },
      '--eta-lr-warmup-steps: found 20, wanted less than --eta-lr-cycle-steps 20: the rate rises',
    ],
    // lrWarmupSteps, 10, counts where it is left out.
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'fixed', etaLrCycleSteps: '10' },
      '--eta-lr-warmup-steps: found 10 (its default), wanted less than --eta-lr-cycle-steps 10: the rate rises',
    ],
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'fixed', etaLr: '0.5', etaWeightDecay: '3' },
      '--eta-weight-decay: found 3, wanted at most 2 with --eta-lr 0.5: a step would take more',
    ],
    [
      'ddpm',
      { ddimSteps: '4', learnEta: 'fixed', etaUpdateInterval: '0' },
      '--eta-update-interval: found 0, wanted',
    ],
    ['tunedDdpm', { ddimSteps: '4' }, '--ddim-steps: found 4, wanted it left out, as --policy '],
    ['tunedDdim', { ddimSteps: '3' }, '--ddim-steps: found 3, wanted 4, as --policy '],
    ['tunedEta', { ddimSteps: '6' }, '--ddim-steps: found 6, wanted 4, as --policy '],
    ['tunedEta', { learnEta: 'fixed' }, '--learn-eta: found "fixed", wanted "state", as --policy '],
    ['tunedEta', { eta: '0.5' }, '--eta: found 0.5, wanted 0.4, as --policy '],
    ['tunedEta', { etaMin: '0.1' }, '--eta-min: found 0.1, wanted 0.2, as --policy '],
    ['tunedEta', { etaMax: '1' }, '--eta-max: found 1, wanted 1.2, as --policy '],
    ['tunedEta', { etaHidden: '6' }, '--eta-hidden: found [6], wanted [6,5], as --policy '],
    ['tunedEta', { etaActivation: 'relu' }, '--eta-activation: found "relu", wanted "mish", as --policy '],
    ['tunedEta', { ftDenoisingSteps: '3' }, '--ft-denoising-steps: found 3, wanted 2, the steps that --'],
  ])('are refused in one sentence: %s %o', async (file, named, message) => {
    const from: Named = file === '' ? { environment: 'hopper' } : { policy: files[file] };
    const error = await checked({ ...from, ...named }).then(
      () => expect.unreachable('nothing was refused'),
      (reason: Error) => reason,
    );
    expect(error.message.slice(0, message.length)).toBe(message);
    expect(error.message).not.toContain('\n');
  });
});
