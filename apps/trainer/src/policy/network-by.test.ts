import { valueMlp } from '@dppo/nn';
import { type DenoiserSpec, networkOf } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { checkCritic, checkNetwork, criticBy, networkBy, networkNamed } from './network-by.ts';
import { type CriticOptions, networkNames, type NetworkOptions } from './network-options.ts';
import { wholeNetwork } from './whole-network.ts';

const sizes = { obsDim: 3, actionDim: 2, condSteps: 2, horizonSteps: 8 };
const mlp: NetworkOptions = { network: 'mlp', hidden: [6, 6, 6], timeDim: 4 };
const unet: NetworkOptions = { network: 'unet', unetDim: 4, dimMults: [1, 2], timeDim: 4, normGroups: 2 };

/** What a network with some weights makes of some input. */
function outputOf(spec: DenoiserSpec): tf.Tensor {
  const network = networkOf(spec);
  const state = tf.randomNormal<tf.Rank.R3>([2, 2, 3], 0, 1, 'float32', 1);
  const x = tf.randomNormal<tf.Rank.R3>([2, 8, 2], 0, 1, 'float32', 2);
  return tf.tidy(() => network.apply(network.init(3), { state })(x, 5));
}

it.each(['mlp', 'unet'] as const)('leaves an %s what it is by itself where no option says more', (kind) => {
  const lean = { kind, ...sizes };
  expect(wholeNetwork(lean)).toMatchObject(lean);
  expect(networkOf(wholeNetwork(lean)).shapes).toEqual(networkOf(lean).shapes);
  expect(outputOf(wholeNetwork(lean))).toBeAllclose(outputOf(lean).dataSync(), { atol: 0, rtol: 0 });
});

it('is what the reference has by itself where groups are named and no epsilon', () => {
  const lean: DenoiserSpec = { kind: 'unet', ...sizes, dim: 4, dimMults: [1, 2], groups: 2 };
  expect(outputOf(wholeNetwork(lean))).toBeAllclose(outputOf(lean).dataSync(), { atol: 0, rtol: 0 });
});

it.each<[NetworkOptions, NetworkOptions]>([
  [mlp, { timeDim: 6 }],
  [mlp, { activation: 'tanh' }],
  [mlp, { condHidden: [5, 4] }],
  [mlp, { hidden: [7, 7, 7] }],
  [mlp, { residual: false }],
  [mlp, { residual: false, hidden: [5, 9] }],
  [mlp, { layerNorm: true }],
  [mlp, { outActivation: 'tanh' }],
  [unet, { timeDim: 6 }],
  [unet, { activation: 'relu' }],
  [unet, { condHidden: [5, 4] }],
  [unet, { unetDim: 6 }],
  [unet, { dimMults: [1, 3] }],
  [unet, { kernelSize: 3 }],
  [unet, { normGroups: 4 }],
  [unet, { groupNormEpsilon: 0.1 }],
  [unet, { conditioning: 'film' }],
  [unet, { encoderLayers: 1 }],
])('makes another network of %o with %o, which its own words describe', (base, change) => {
  const [before, after] = [networkBy(base, sizes), networkBy({ ...base, ...change }, sizes)];
  checkNetwork(after, { ...base, ...change });
  const [one, other] = [before, after].map((spec) => outputOf(spec).dataSync());
  expect(one).not.toEqual(other);
  expect(networkNamed(after)).toMatchObject(change);
  expect(Object.keys(networkNamed(after)).toSorted()).toEqual(networkNames.toSorted());
  expect(networkBy(networkNamed(after), sizes)).toEqual(after);
  checkNetwork(after, { ...networkNamed(after) });
});

it.each<[NetworkOptions, string]>([
  [{ unetDim: 64 }, '--unet-dim: found 64, wanted it left out, or --network unet as well: an MLP has none'],
  [{ network: 'mlp', encoderLayers: 1 }, '--encoder-layers: found 1, wanted it left out, or --network unet'],
  [{ network: 'unet', hidden: [8] }, '--hidden: found [8], wanted it left out with --network unet'],
  [{ network: 'unet', residual: true }, '--residual: found true, wanted it left out with --network unet'],
  [{ hidden: [] }, '--hidden: found [], wanted a list of at least 1'],
  [
    { hidden: [8, 9, 8] },
    '--hidden: found [8,9,8], wanted an odd number of equal sizes, such as 512,512,512, or --residual false as well',
  ],
  [{ hidden: [8, 8] }, '--hidden: found [8,8], wanted an odd number of equal sizes'],
  [
    { hidden: [8], layerNorm: true },
    '--layer-norm: found true, wanted it left out: one residual layer, --hidden 8',
  ],
  [{ network: 'unet', dimMults: [2, 4] }, '--dim-mults: found [2,4], wanted a list that begins with 1'],
  [
    { network: 'unet', dimMults: [1, 1, 1, 1, 1] },
    '--horizon-steps: found 8, wanted a multiple of 16, or --dim-mults 1,1,1,1: the levels of --dim-mults 1,1,1,1,1 halve a chunk 4 times',
  ],
  [{ network: 'unet', normGroups: 5 }, '--norm-groups: found 5, wanted a divisor of --unet-dim 32'],
  [
    { network: 'unet', groupNormEpsilon: 1e-4 },
    '--group-norm-epsilon: found 0.0001, wanted it left out, or --norm-groups as well: there are no norms',
  ],
  [
    { network: 'unet', condHidden: [8] },
    '--cond-hidden: found [8], wanted with --network unet an odd number',
  ],
  [
    { network: 'unet', condHidden: [8, 9, 8, 4] },
    '--cond-hidden: found [8,9,8,4], wanted with --network unet',
  ],
  [{ network: 'unet', unetDim: 4096 }, '--unet-dim: found 4096, wanted at most 250000000 weights, 1 GB'],
  [
    { residual: false, hidden: [16_000, 10], condHidden: [16_000, 16_000] },
    '--hidden: found [16000,10], wanted at most 250000000 weights',
  ],
])('refuses %o and says why', (options, sentence) => {
  expect(() => checkNetwork(networkBy(options, sizes), { ...options })).toThrow(sentence);
});

it('refuses a chunk that as many levels as there are by themselves do not halve, and says of how many they are', () => {
  const network = networkBy({ network: 'unet' }, { ...sizes, horizonSteps: 4 });
  expect(() => checkNetwork(network, {})).toThrow(
    '--horizon-steps: found 4, wanted a multiple of 8, or --dim-mults 1,2,4: the levels of --dim-mults 1,2,4,8, its default, halve a chunk 3 times',
  );
});

const critic: CriticOptions = {
  criticHidden: [256, 256, 256],
  criticActivation: 'mish',
  criticResidual: true,
  criticLayerNorm: false,
};

/** What a critic with some weights makes of some observations. */
function valuesBy(options: CriticOptions): tf.Tensor {
  const network = valueMlp(criticBy(sizes, options));
  const state = tf.randomNormal<tf.Rank.R3>([2, 2, 3], 0, 1, 'float32', 1);
  return tf.tidy(() => network.apply(network.init(3), { state }));
}

it('makes the critic that is one by itself, and others', () => {
  const { obsDim, condSteps } = sizes;
  const own = valueMlp({ obsDim, condSteps });
  expect(valueMlp(criticBy(sizes, critic)).shapes).toEqual(own.shapes);
  const before = valuesBy(critic).dataSync();
  const changes: readonly Partial<CriticOptions>[] = [
    { criticHidden: [8, 8, 8] },
    { criticActivation: 'relu' },
    { criticResidual: false },
    { criticLayerNorm: true },
  ];
  for (const change of changes)
    expect(valuesBy({ ...critic, ...change }).dataSync(), JSON.stringify(change)).not.toEqual(before);
});

it('refuses a critic that cannot be made', () => {
  checkCritic({ ...critic, criticHidden: [8, 4], criticResidual: false });
  expect(() => checkCritic({ ...critic, criticHidden: [8, 4] })).toThrow(
    '--critic-hidden: found [8,4], wanted an odd number of equal sizes, such as 512,512,512, or --critic-residual false as well',
  );
  expect(() => checkCritic({ ...critic, criticHidden: [8], criticLayerNorm: true })).toThrow(
    '--critic-layer-norm: found true, wanted it left out: one residual layer, --critic-hidden 8',
  );
});
