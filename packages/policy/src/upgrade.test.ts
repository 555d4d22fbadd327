import { describe, expect, it } from 'vitest';
import { checkSpec } from './check-spec.ts';
import { upgrade } from './upgrade.ts';

const old = {
  kind: 'diffusion',
  environment: 'hopper',
  obsDim: 2,
  actionDim: 1,
  condSteps: 2,
  horizonSteps: 4,
  actSteps: 3,
  maxEpisodeSteps: 1000,
  hidden: [],
  bounds: { obsMin: [-1, -1], obsMax: [1, 1], actionMin: [-2], actionMax: [2] },
  denoisingSteps: 20,
  timeDim: 16,
};
const unet = {
  kind: 'unet',
  activation: 'mish',
  dim: 8,
  dimMults: [1, 2],
  kernelSize: 5,
  groups: 4,
  conditioning: 'film',
  encoderLayers: 1,
  condHidden: [8, 8],
};
const sizes = { obsDim: 2, actionDim: 1, condSteps: 2, horizonSteps: 4, timeDim: 16 };

describe('upgrade', () => {
  it('keeps a U-Net with all its options, and no hidden layers', () => {
    const { network } = checkSpec(upgrade({ ...old, network: unet }, 'policy'), 'policy');
    expect(network).toEqual({ ...unet, ...sizes });
  });

  it('keeps an imported MLP', () => {
    const mlp = { kind: 'mlp', activation: 'mish', residual: false, layerNorm: true, condHidden: [8] };
    const { network } = checkSpec(upgrade({ ...old, hidden: [16], network: mlp }, 'policy'), 'policy');
    expect(network).toEqual({ ...mlp, ...sizes, hidden: [16] });
  });

  it.each([
    { kind: 'named', name: 'avoid' },
    { kind: 'mjcf', path: '../robot.xml' },
  ])('keeps the task where it is %j', (environment) => {
    const { task } = checkSpec(upgrade({ ...old, environment }, 'policy'), 'policy');
    expect(task).toEqual({ ...environment, actSteps: 3, maxEpisodeSteps: 1000 });
  });

  it.each([
    ['another kind', { kind: 'flow' }, '→ at kind'],
    ['a size missing', { timeDim: undefined }, '→ at timeDim'],
    ['a key that is none', { algorithm: 'dppo' }, 'Unrecognized key: "algorithm"'],
  ])('refuses %s and says where', (_, change, message) => {
    expect(() => upgrade({ ...old, ...change }, 'policy a')).toThrow(/^policy a: ✖ /);
    expect(() => upgrade({ ...old, ...change }, 'policy a')).toThrow(message);
  });
});
