import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { readDemonstrations, readNormalization } from '@dppo/data';
import { unscaled } from '@dppo/env';
import { expect, it } from 'vitest';

import { importData, showData } from './import-data.ts';
import { readData } from './read-data.ts';

const at = (name: string): string =>
  fileURLToPath(new URL(`../../../../packages/formats/test/${name}`, import.meta.url));

it.each(['robomimic.hdf5', 'd4rl.hdf5', 'minari-goal', 'lerobot-v3'])(
  'makes of %s what pre-training takes, scaled to its ranges',
  async (name) => {
    const outDir = join(await mkdtemp(join(tmpdir(), 'import-')), 'data');
    const lines: string[] = [];
    await importData({ data: at(name), outDir }, (line) => lines.push(line));
    const [train, normalization] = ['train.npz', 'normalization.npz'].map((file) => join(outDir, file));
    const [found, ranges] = [await readDemonstrations(train), await readNormalization(normalization)];
    const { demonstrations: original } = await readData(at(name), {});
    expect(unscaled(found.states, ranges.obsMin, ranges.obsMax)).toBeAllclose(original.states, {
      atol: 1e-5,
    });
    expect(unscaled(found.actions, ranges.actionMin, ranges.actionMax)).toBeAllclose(original.actions, {
      atol: 1e-5,
    });
    expect([found.rewards, found.terminals, found.trajLengths]).toEqual([
      original.rewards,
      original.terminals,
      original.trajLengths,
    ]);
    expect(lines.at(-1)).toBe(
      `wrote ${train} and ${normalization}, for dppo pretrain --data ${train} --normalization ${normalization}`,
    );
  },
);

it('says which images it leaves out', async () => {
  const lines: string[] = [];
  await showData({ data: at('lerobot-own-v3') }, (line) => lines.push(line));
  expect(lines).toContain('images are left out: observation.images.top');
});

it('ends an episode in its last row alone, where it ended', async () => {
  const { demonstrations } = await readData(at('lerobot-v3'), {});
  const { terminals, trajLengths } = demonstrations;
  expect([...trajLengths]).toEqual([4, 6, 3]);
  expect([...terminals].flatMap((terminal, row) => (terminal === 1 ? [row] : []))).toEqual([9]);
});

it('shows data that are imported already, and no parts of theirs', async () => {
  const outDir = join(await mkdtemp(join(tmpdir(), 'import-')), 'data');
  await importData({ data: at('minari-plain'), outDir }, () => {});
  const lines: string[] = [];
  await showData({ data: join(outDir, 'train.npz') }, (line) => lines.push(line));
  expect(lines[0]).toMatch(/^npz: 3 episodes, 10 steps, 2 to 5 an episode/);
  await expect(showData({ data: join(outDir, 'train.npz'), obsKeys: ['state'] }, () => {})).rejects.toThrow(
    'found obsKeys, wanted it left out',
  );
});
