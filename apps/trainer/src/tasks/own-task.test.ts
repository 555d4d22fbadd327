import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { expect, it } from 'vitest';

import { ownTask } from './own-task.ts';
import { nameOf, taskNamed } from './task-place.ts';

const puck = resolve(import.meta.dirname, '../../../../examples/custom-env/src/puck-env.ts');
const cartPole = resolve(import.meta.dirname, '../../test/cart-pole.xml');

/** A file of this text in a folder of its own. */
function file(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'task-')), name);
  writeFileSync(path, text);
  return path;
}

it('has the sizes of the module and nominal ranges', async () => {
  const { obsDim, actionDim, bounds, make } = await ownTask({ kind: 'module', path: puck });
  expect({ obsDim, actionDim }).toEqual({ obsDim: 4, actionDim: 2 });
  expect(bounds.obsMax).toEqual([1, 1, 1, 1]);
  expect(bounds.actionMin).toEqual([-1, -1]);
  expect((await make(3)).obsShape).toEqual([4]);
});

it('hands the index of the environment to the module', async () => {
  const module = file(
    'index.mjs',
    `export default (data, index) => ({ obsShape: [1], actionShape: [1], reset: () => Float32Array.of(index) });`,
  );
  const { make } = await ownTask({ kind: 'module', path: module });
  expect((await make(7)).reset()).toEqual(Float32Array.of(7));
});

it.each([
  ['', false],
  ['export const endsAtLimit = true;', true],
])('ends at its time limit where the module says so: %j', async (said, endsAtLimit) => {
  const module = file(
    'limit.mjs',
    `export default () => ({ obsShape: [1], actionShape: [1], reset: () => Float32Array.of(0) }); ${said}`,
  );
  expect(await ownTask({ kind: 'module', path: module })).toMatchObject({ endsAtLimit });
});

it('names an environment that is never made', async () => {
  const module = file('never.mjs', 'export default () => new Promise(() => {});');
  await expect(ownTask({ kind: 'module', path: module }, 0.1)).rejects.toThrow(
    `environment ${module}: its making has not returned within 0.1 s; a slower one needs a longer timeout (--env-timeout)`,
  );
});

it('has positions and velocities of a model, the ranges of its motors and no reward', async () => {
  const { obsDim, actionDim, bounds, make } = await ownTask({ kind: 'mjcf', path: cartPole });
  expect({ obsDim, actionDim }).toEqual({ obsDim: 4, actionDim: 1 });
  expect(bounds.actionMin).toEqual([-3]);
  expect(bounds.actionMax).toEqual([2]);
  const env = await make(0);
  expect(env.reset(1)).toEqual(new Float32Array(4));
  const { obs, reward, terminated } = env.step(Float32Array.of(2));
  expect({ reward, terminated }).toEqual({ reward: 0, terminated: false });
  expect(obs[2]).toBeGreaterThan(0);
  expect(env.draw?.().shapes.length).toBeGreaterThan(0);
});

it.each([
  ['none.js', undefined, 'no such file'],
  ['empty.mjs', 'export const make = 1;', 'no default export (data, index) => Env'],
  [
    'image.mjs',
    'export default () => ({ obsShape: [2, 3], actionShape: [1] });',
    'obsShape is [2,3], wanted one axis, such as [11]',
  ],
  ['torn.mjs', 'export default (', ''],
  ['thrown.mjs', "export default () => { throw new Error('no camera'); };", 'no camera'],
  [
    'ends.mjs',
    'export default () => {}; export const endsAtLimit = 100;',
    'endsAtLimit is 100, wanted true or false',
  ],
  ['shapeless.mjs', 'export default () => ({});', 'obsShape is undefined, wanted one axis, such as [11]'],
])('refuses %s', async (name, text, sentence) => {
  const path = text === undefined ? join(tmpdir(), name) : file(name, text);
  await expect(ownTask({ kind: 'module', path })).rejects.toThrow(`environment ${path}: ${sentence}`);
});

it('is named by its whole path, one of ours by its name', () => {
  const path = file('env.mjs', '');
  const task = taskNamed(path);
  expect(task).toEqual({ kind: 'module', path });
  expect(nameOf(task)).toBe(path);
  expect(nameOf(taskNamed('hopper'))).toBe('hopper');
});
