import type { DenoiserMlpOptions, GaussianMlpOptions, NoiseMlpOptions, Unet1dOptions } from '@dppo/nn';
import { describe, expect, it } from 'vitest';
import { noisyFlow, smallFlow, smallGaussian, smallMlp, smallUnet } from '../test/specs.ts';
import { checkSpec } from './check-spec.ts';

const specs = { smallMlp, smallUnet, smallFlow, noisyFlow, smallGaussian };

describe('checkSpec', () => {
  it.each(Object.entries(specs))('takes what JSON leaves of %s', (_, spec) => {
    expect(checkSpec(JSON.parse(JSON.stringify(spec)), 'policy')).toEqual(spec);
  });

  it('takes every option of a network and a sampler', () => {
    const sizes = { obsDim: 4, actionDim: 2, condSteps: 1, horizonSteps: 4 };
    const layers = { hidden: [8, 8, 8], activation: 'elu', residual: true, layerNorm: true } as const;
    const mlp: Required<DenoiserMlpOptions> = {
      ...sizes,
      ...layers,
      timeDim: 4,
      outActivation: 'tanh',
      condHidden: [8],
    };
    const unet: Required<Unet1dOptions> = {
      ...sizes,
      dim: 4,
      dimMults: [1, 2],
      timeDim: 4,
      kernelSize: 3,
      groups: 2,
      groupNormEpsilon: 1e-6,
      activation: 'gelu',
      conditioning: 'film',
      encoderLayers: 1,
      condHidden: [8],
    };
    const gaussian: Required<GaussianMlpOptions> = {
      ...sizes,
      ...layers,
      fixedStd: 0.2,
      minStd: 0.1,
      maxStd: 0.3,
    };
    const noise: Required<Omit<NoiseMlpOptions, 'flow' | 'steps'>> = {
      learnedSteps: 2,
      time: 'table',
      tableDim: 3,
      hidden: [6],
      activation: 'mish',
    };
    const ddpm = {
      kind: 'ddpm',
      denoisingSteps: 5,
      ftDenoisingSteps: 2,
      prediction: 'x0',
      clipX0: 1,
      clipNoise: 3,
      clipAction: 1,
    };
    const ddim = { ...ddpm, kind: 'ddim', prediction: 'epsilon', ddimSteps: 4 };
    const range = { base: 0.4, min: 0.2, max: 1.2 };
    const all = [
      { ...smallMlp, network: { kind: 'mlp', ...mlp }, sampler: ddpm },
      { ...smallMlp, network: { kind: 'unet', ...unet } },
      { ...smallMlp, task: { ...smallMlp.task, actSteps: 3, firstAction: 1, endAtSuccess: true } },
      {
        ...smallMlp,
        sampler: { ...ddim, direction: 'predicted', clipEpsilon: 2, eta: { kind: 'action', ...range } },
      },
      {
        ...smallMlp,
        sampler: { ...ddim, eta: { kind: 'state-action', ...range, hidden: [4], activation: 'mish' } },
      },
      { ...smallGaussian, network: { kind: 'gaussian', ...gaussian } },
      { ...smallMlp, sampler: { kind: 'flow', steps: 1 } },
      { ...smallMlp, sampler: { kind: 'flow', steps: 4, noise: { ...noise, min: 0.1, max: 0.24 } } },
    ];
    for (const spec of all) expect(checkSpec(spec, 'policy')).toEqual(spec);
  });

  const { network, sampler, bounds, task } = smallMlp;
  const ddim = { kind: 'ddim', denoisingSteps: 9, ddimSteps: 3 } as const;
  it.each<[string, object, string]>([
    ['a part', { network: undefined }, 'expected object, received undefined\n  → at network'],
    ['a key that is none', { bound: bounds }, 'Unrecognized key: "bound"'],
    [
      'an option of another network',
      { network: { ...network, groups: 2 } },
      'Unrecognized key: "groups"\n  → at network',
    ],
    ['no network', { network: { ...network, kind: 'cnn' } }, '→ at network.kind'],
    ['half a size', { network: { ...network, obsDim: 1.5 } }, '→ at network.obsDim'],
    [
      'more steps executed than predicted',
      { task: { ...task, actSteps: 5 } },
      'found 5, wanted at most network.horizonSteps, 4\n  → at task.actSteps',
    ],
    [
      'a first action of a policy that sees the present alone',
      { ...smallGaussian, task: { ...smallGaussian.task, firstAction: 1 } },
      'found 1, wanted none for sampler.kind gaussian\n  → at task.firstAction',
    ],
    [
      'more steps fine-tuned than there are',
      { sampler: { ...sampler, ftDenoisingSteps: 6 } },
      'found 6, wanted at most all steps, 5\n  → at sampler.ftDenoisingSteps',
    ],
    [
      'more steps fine-tuned than DDIM takes',
      { sampler: { kind: 'ddim', denoisingSteps: 9, ddimSteps: 3, eta: 1, ftDenoisingSteps: 4 } },
      'found 4, wanted at most all steps, 3\n  → at sampler.ftDenoisingSteps',
    ],
    [
      'more steps of DDIM than of the schedule',
      { sampler: { kind: 'ddim', denoisingSteps: 9, ddimSteps: 10, eta: 1 } },
      'found 10, wanted at most denoisingSteps, 9\n  → at sampler.ddimSteps',
    ],
    [
      'a negative eta',
      { sampler: { kind: 'ddim', denoisingSteps: 9, ddimSteps: 3, eta: -1 } },
      'sampler.eta',
    ],
    [
      'layers of an η that does not see',
      { sampler: { ...ddim, eta: { kind: 'action', base: 0.5, min: 0.1, max: 1, hidden: [4] } } },
      'sampler.eta',
    ],
    [
      'an η of the observation without layers',
      { sampler: { ...ddim, eta: { kind: 'state', base: 0.5, min: 0.1, max: 1 } } },
      'sampler.eta',
    ],
    [
      'a bound of noise that no network tells',
      { sampler: { ...ddim, eta: 1, prediction: 'x0', clipEpsilon: 1 } },
      'found 1, wanted none with prediction x0\n  → at sampler.clipEpsilon',
    ],
    [
      'a bound of DDIM for DDPM',
      { sampler: { ...sampler, clipEpsilon: 1 } },
      'Unrecognized key: "clipEpsilon"\n  → at sampler',
    ],
    [
      'a sampler of another network',
      { sampler: { kind: 'gaussian' } },
      'found gaussian, wanted ddpm, ddim or flow for network.kind mlp\n  → at sampler.kind',
    ],
    ['a flow without steps', { sampler: { kind: 'flow', steps: 0 } }, '→ at sampler.steps'],
    [
      'a smallest noise that is no smaller than the largest',
      { sampler: { kind: 'flow', steps: 4, noise: { min: 0.2, max: 0.2 } } },
      'found 0.2, wanted less than sampler.noise.max, 0.2\n  → at sampler.noise.min',
    ],
    [
      'more steps of learned noise than there are',
      { sampler: { kind: 'flow', steps: 4, noise: { min: 0.1, max: 0.2, learnedSteps: 5 } } },
      'found 5, wanted at most all steps, 4\n  → at sampler.noise.learnedSteps',
    ],
    [
      'learned noise beside a U-Net',
      { network: smallUnet.network, sampler: noisyFlow.sampler },
      'found learned, wanted a number for network.kind unet\n  → at sampler.noise',
    ],
    [
      'bounds of another robot',
      { bounds: { ...bounds, obsMax: [1, 1] } },
      'found 2 numbers, wanted 4, network.obsDim\n  → at bounds.obsMax',
    ],
    [
      'a minimum above its maximum',
      { bounds: { ...bounds, actionMin: [-0.01, 0.02] } },
      'found 0.02, wanted at most bounds.actionMax.1, 0.01\n  → at bounds.actionMin.1',
    ],
    [
      'a bound beyond float32',
      { bounds: { ...bounds, obsMax: [0.8, 0.45, 1e39, 0.45] } },
      'found 1e+39, wanted a finite number of float32\n  → at bounds.obsMax.2',
    ],
    ['an infinite bound', { bounds: { ...bounds, actionMax: [0.01, Infinity] } }, '→ at bounds.actionMax[1]'],
    ['a task without a name', { task: { ...task, name: '' } }, '→ at task.name'],
    ['a module without a path', { task: { ...task, kind: 'module' } }, '→ at task.path'],
  ])('refuses %s and says where', (_, change, message) => {
    const checked = (): unknown => checkSpec({ ...smallMlp, ...change }, 'policy a.safetensors');
    expect(checked).toThrow(/^policy a\.safetensors: ✖ /);
    expect(checked).toThrow(message);
  });
});
