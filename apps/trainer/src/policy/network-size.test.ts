import { valueMlp } from '@dppo/nn';
import { type DenoiserSpec, networkOf } from '@dppo/policy';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { criticSize, networkSize } from './network-size.ts';

const size = fc.integer({ min: 1, max: 9 });
const even = fc.integer({ min: 2, max: 5 }).map((half) => 2 * half);
const equal = fc
  .tuple(size, fc.integer({ min: 0, max: 2 }))
  .map(([each, blocks]) => Array<number>(2 * blocks + 1).fill(each));

const sizes = { obsDim: size, actionDim: size, condSteps: size, timeDim: even };

const mlps = fc.record({
  kind: fc.constant('mlp' as const),
  ...sizes,
  horizonSteps: size,
  residual: fc.boolean(),
  layerNorm: fc.boolean(),
  hidden: equal,
  condHidden: fc.array(size, { maxLength: 3 }),
});

const unets = fc
  .record({
    kind: fc.constant('unet' as const),
    ...sizes,
    dim: even,
    others: fc.array(size, { maxLength: 2 }),
    kernelSize: fc.constantFrom(1, 3, 5),
    groups: fc.constantFrom(undefined, 1, 2),
    conditioning: fc.constantFrom('film' as const, 'offset' as const),
    encoderLayers: fc.constantFrom(undefined, 1 as const, 3 as const),
    condHidden: fc.oneof(
      fc.constant([]),
      fc.tuple(equal, size).map((layers) => layers.flat()),
    ),
  })
  .map(({ others, groups, encoderLayers, ...rest }) =>
    Object.assign(rest, {
      dimMults: [1, ...others],
      horizonSteps: 2 ** others.length,
      ...(groups !== undefined && { groups }),
      ...(encoderLayers !== undefined && { encoderLayers }),
    }),
  );

function weightsOf(shapes: Readonly<Record<string, readonly number[]>>): number {
  const counts = Object.values(shapes).map((shape) => shape.reduce((product, each) => product * each, 1));
  return counts.reduce((sum, each) => sum + each, 0);
}

it('counts the weights that the network has', () => {
  fc.assert(
    fc.property(fc.oneof(mlps, unets), (spec: DenoiserSpec) => {
      expect(networkSize(spec).weights).toBe(weightsOf(networkOf(spec).shapes));
    }),
  );
});

it('counts the weights that a critic has', () => {
  const critics = fc.record({
    obsDim: size,
    condSteps: size,
    hidden: equal,
    activation: fc.constant('mish' as const),
    residual: fc.boolean(),
    layerNorm: fc.boolean(),
  });
  fc.assert(
    fc.property(critics, (critic) => {
      fc.pre(!(critic.residual && critic.layerNorm && critic.hidden.length === 1));
      expect(criticSize(critic).weights).toBe(weightsOf(valueMlp(critic).shapes));
    }),
  );
});

const shared = { obsDim: 3, actionDim: 2, condSteps: 1, horizonSteps: 4, timeDim: 4 } as const;

it('counts the products of an MLP, and what its layers put out', () => {
  // time 4, 8, 4; observation 3, 6, 5; chunk 8, time 4 and encoded observation 5, then 7, then the chunk.
  const mlp = { kind: 'mlp', ...shared, condHidden: [6, 5], hidden: [7] } as const;
  expect(networkSize(mlp)).toMatchObject({
    products: 4 * 8 + 8 * 4 + 3 * 6 + 6 * 5 + (8 + 4 + 5) * 7 + 7 * 8,
    outputs: 8 + 4 + 6 + 5 + 7 + 8,
  });
});

it('counts the products of a U-Net, whose levels have half as many places each', () => {
  const unet = {
    kind: 'unet',
    ...shared,
    dim: 2,
    dimMults: [1, 3],
    kernelSize: 3,
    encoderLayers: 1,
  } as const;
  const condition = 4 + 3;
  const block = (input: number, output: number, places: number): number =>
    3 * (input + output) * output * places +
    condition * output +
    (input === output ? 0 : input * output * places);
  const products = [
    4 * 16 + 16 * 4,
    block(2, 2, 4) + block(2, 2, 4) + 3 * 2 * 2 * 2, // down, and to half of the places
    block(2, 6, 2) + block(6, 6, 2),
    block(6, 6, 2) + block(6, 6, 2), // across
    block(12, 2, 2) + block(2, 2, 2) + 4 * 2 * 2 * 2, // up, and to all places
    3 * 2 * 2 * 4 + 2 * 2 * 4,
  ];
  expect(networkSize(unet).products).toBe(products.reduce((sum, each) => sum + each));
});
