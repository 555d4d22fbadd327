import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';
import { zip } from '@dppo/files';

import { readDemonstrations, writeDemonstrations } from './demonstrations.ts';
import { formatNpy, type NpyArray } from './npy.ts';
import { readNpz, writeNpz } from './npz.ts';

let path = '';
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'demonstrations-')), 'train.npz');
});

const demonstrations = {
  obsDim: 2,
  actionDim: 1,
  states: Float32Array.of(0, 1, 2, 3, 4, 5),
  actions: Float32Array.of(0.5, -0.5, 1),
  rewards: Float32Array.of(1, 2, 3),
  terminals: Uint8Array.of(0, 1, 0),
  trajLengths: Int32Array.of(2, 1),
};

describe('readDemonstrations', () => {
  it('reads what writeDemonstrations wrote', async () => {
    await writeDemonstrations(path, demonstrations);
    expect(await readDemonstrations(path)).toEqual(demonstrations);
  });

  it('reads doubles, 32-bit lengths and terminals of any number type', async () => {
    await writeDemonstrations(path, demonstrations);
    const arrays = await readNpz(path);
    await writeNpz(path, {
      ...arrays,
      rewards: { shape: [3], data: Float64Array.of(1, 2, 3) },
      terminals: { shape: [3], data: Float32Array.of(0, 1, 0) },
      traj_lengths: { shape: [2], data: Int32Array.of(2, 1) },
    });
    expect(await readDemonstrations(path)).toEqual(demonstrations);
  });

  it.each<[string, NpyArray, string]>([
    ['actions', { shape: [2, 1], data: new Float32Array(2) }, 'actions [2,1], wanted [3,Da]'],
    ['actions', { shape: [3, 0], data: new Float32Array(0) }, 'actions [3,0], wanted [3,Da]'],
    ['states', { shape: [6], data: new Float32Array(6) }, 'states [6], wanted [R,Do]'],
    ['rewards', { shape: [4], data: new Float32Array(4) }, 'rewards [4], wanted [3]'],
    ['terminals', { shape: [3, 1], data: new Uint8Array(3) }, 'terminals [3,1], wanted [3]'],
    [
      'traj_lengths',
      { shape: [1], data: BigInt64Array.of(2n) },
      'traj_lengths sum to 2, wanted 3, the rows of states',
    ],
    [
      'traj_lengths',
      { shape: [2], data: BigInt64Array.of(3n, 0n) },
      'traj_lengths[1] is 0, wanted a whole number from 1 to 3, the rows of states',
    ],
    [
      // 2³² + 2 is 2 in 32 bits.
      'traj_lengths',
      { shape: [2], data: BigInt64Array.of(4_294_967_298n, 1n) },
      'traj_lengths[0] is 4294967298, wanted a whole number from 1 to 3, the rows of states',
    ],
    [
      'traj_lengths',
      { shape: [2], data: Float64Array.of(1.5, 1.5) },
      'traj_lengths[0] is 1.5, wanted a whole number from 1 to 3, the rows of states',
    ],
    [
      'states',
      { shape: [3, 2], data: Float64Array.of(0, 1, 2, 3, 1e39, 5) },
      'states has 1e+39 in row 2, dimension 0 (row 0 of episode 1), wanted finite numbers of float32, up to 3.4028235e38',
    ],
    [
      'actions',
      { shape: [3, 1], data: Float32Array.of(0, Number.NaN, 0) },
      'actions has NaN in row 1, dimension 0 (row 1 of episode 0), wanted finite numbers',
    ],
  ])('says which array does not fit (%s, %#)', async (name, array, message) => {
    await writeDemonstrations(path, demonstrations);
    await writeNpz(path, { ...(await readNpz(path)), [name]: array });
    await expect(readDemonstrations(path)).rejects.toThrow(new Error(`demonstrations ${path}: ${message}`));
  });

  it('reads nothing that it was not asked for', async () => {
    await writeDemonstrations(path, demonstrations);
    const arrays = await readNpz(path);
    const names = { shape: [2], data: Uint8Array.of(1, 2) };
    const files = Object.entries({ ...arrays, names }).map(
      ([name, array]) => [`${name}.npy`, name === 'names' ? Buffer.from('text') : formatNpy(array)] as const,
    );
    writeFileSync(path, await zip(files));
    await expect(readNpz(path)).rejects.toThrow('array "names" is not a .npy file');
    expect(await readDemonstrations(path)).toEqual(demonstrations);
  });

  it('says which array is missing', async () => {
    await writeNpz(path, { states: { shape: [3, 2], data: new Float32Array(6) } });
    await expect(readDemonstrations(path)).rejects.toThrow(
      new Error(`readNpz: ${path}: no array actions in it; it has states`),
    );
  });

  const recorded = new URL('../../../../shared/data/hopper-medium-like-v2/train.npz', import.meta.url)
    .pathname;
  it.skipIf(!existsSync(recorded))(
    'reads 100347 recorded steps of 235 Hopper episodes, normalised',
    async () => {
      const { obsDim, actionDim, states, actions, rewards, terminals, trajLengths } =
        await readDemonstrations(recorded);
      expect([obsDim, actionDim, states.length, actions.length]).toEqual([11, 3, 1103817, 301041]);
      expect([rewards.length, terminals.length, trajLengths.length]).toEqual([100347, 100347, 235]);
      expect(states.every((value) => Math.abs(value) <= 1)).toBe(true);
      expect(actions.every((value) => Math.abs(value) <= 1)).toBe(true);
      // README of the recordings: returns 1557 ± 749.
      expect(rewards.reduce((a, b) => a + b, 0) / trajLengths.length).toBeCloseTo(1557, -1);
    },
  );
});
