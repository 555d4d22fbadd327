import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeTensors } from '@dppo/checkpoint';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { readState, writeState } from './saved-state.ts';

const about = { seconds: 1, cpuSeconds: 2, backend: 'cpu' };
const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'state-')), 'state.safetensors');

it.each([NaN, Infinity, -Infinity])(
  'a state with %d in it is neither written nor read, by path and name',
  async (value) => {
    const state = { iteration: 3, critic: { bias: tf.tensor1d([0, value]) } };
    const path = newPath();
    const message = `critic.bias has ${value} in it, wanted finite numbers`;
    await expect(writeState(path, state, about)).rejects.toThrow(`checkpoint ${path}: ${message}`);
    expect(existsSync(path)).toBe(false);
    // As an earlier version wrote it.
    const training = JSON.stringify({ state: { iteration: 3, critic: {} }, ...about });
    await writeTensors(path, { 'critic.bias': state.critic.bias }, { training });
    const { stateLike } = await readState(path);
    expect(() => stateLike({ iteration: 0, critic: { bias: tf.zeros([2]) } })).toThrow(
      `checkpoint ${path}: its state: ${message}`,
    );
  },
);

it.each([
  ['as it was', about, 2],
  ['as unknown where it was not known', { ...about, cpuSeconds: NaN }, NaN],
  ['as unknown from an earlier version', { ...about, cpuSeconds: undefined }, NaN],
])('keeps the time of processors %s', async (_, { cpuSeconds, ...others }, kept) => {
  const path = newPath();
  const training = JSON.stringify({ state: {}, ...others, cpuSeconds });
  await writeTensors(path, {}, { training });
  if (cpuSeconds !== undefined) await writeState(path, {}, { ...others, cpuSeconds });
  expect(await readState(path)).toMatchObject({ seconds: 1, cpuSeconds: kept });
});

it('a state with a counter that is no number is not written', async () => {
  const path = newPath();
  await expect(writeState(path, { rewardScale: { mean: NaN } }, about)).rejects.toThrow(
    'rewardScale.mean is NaN',
  );
  expect(existsSync(path)).toBe(false);
});
