import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { DiffusionSpec } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { GifReader } from 'omggif';
import { expect, it } from 'vitest';

import { smallAvoid, smallHopper, smallLift } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { renderOptions } from './render-options.ts';
import { render } from './render.ts';

const hopper: DiffusionSpec = {
  ...smallHopper,
  sampler: { ...smallHopper.sampler, denoisingSteps: 2 },
  task: { ...smallHopper.task, maxEpisodeSteps: 1000 },
};

/** The first and the last frame of a GIF as RGBA, and how many there are. */
function read(file: string) {
  const reader = new GifReader(readFileSync(file));
  const frame = (i: number): Uint8Array => {
    const pixels = new Uint8Array(reader.width * reader.height * 4);
    reader.decodeAndBlitFrameRGBA(i, pixels);
    return pixels;
  };
  const frames = reader.numFrames();
  return { frames, width: reader.width, first: frame(0), last: frame(frames - 1) };
}

it.each([
  ['hopper', hopper],
  ['avoid', smallAvoid],
  ['lift', smallLift],
])('films the beginning and every single step of %s, the same film at every call', async (_, spec) => {
  const { dir, policy } = await untrainedPolicy(spec);
  const [one, two] = ['one.gif', 'two.gif'].map((name) => join(dir, name));
  const given = { policy, backend: tf.getBackend(), width: 80, height: 60, maxSteps: 6 };
  const said: string[] = [];
  await render(renderOptions.parse({ ...given, out: one }), (line) => said.push(line));
  await render(renderOptions.parse({ ...given, out: two }), () => {});
  expect(readFileSync(one)).toEqual(readFileSync(two));
  const { frames, width, first, last } = read(one);
  expect([frames, width]).toEqual([7, 80]);
  expect(first).not.toEqual(last);
  expect(said.at(-1)).toContain('7 frames');
});

it('films by the camera that is named, and refuses one that the task lacks', async () => {
  const { dir, policy } = await untrainedPolicy(smallLift);
  const given = { policy, backend: tf.getBackend(), width: 40, height: 30, maxSteps: 1 };
  const film = async (camera?: string, of = policy): Promise<Uint8Array> => {
    const out = join(dir, `${camera}.gif`);
    await render(renderOptions.parse({ ...given, policy: of, out, camera }), () => {});
    return readFileSync(out);
  };
  expect(await film('agentview')).not.toEqual(await film());
  await expect(film('top')).rejects.toThrow(
    /^--camera top: lift: the model has no camera of the name top, wanted one of .*agentview/,
  );
  expect(existsSync(join(dir, 'top.gif'))).toBe(false);
  const avoid = await untrainedPolicy(smallAvoid);
  await expect(film('front', avoid.policy)).rejects.toThrow('--camera front: the task has no cameras');
});

it('films to the end of the episode where the Hopper falls', async () => {
  const { dir, policy } = await untrainedPolicy(hopper);
  const out = join(dir, 'fall.gif');
  await render(
    renderOptions.parse({ policy, out, backend: tf.getBackend(), width: 40, height: 30 }),
    () => {},
  );
  expect(read(out).frames).toBeGreaterThan(10);
  expect(read(out).frames).toBeLessThan(500);
});

it('refuses an extension, a speed and a file that are not for it, before it writes anything', async () => {
  const { dir, policy } = await untrainedPolicy(hopper);
  const refused = (given: object): string | undefined =>
    renderOptions.safeParse({ policy, out: 'a.gif', ...given }).error?.issues[0].message;
  expect(refused({ out: 'a.mp4' })).toBe('wanted a name that ends in .gif');
  expect(refused({ fps: 60 })).toBe('wanted at most 50, more than that no viewer plays');

  const taken = join(dir, 'taken.gif');
  writeFileSync(taken, 'mine');
  const options = renderOptions.parse({ policy, out: taken, backend: tf.getBackend() });
  await expect(render(options, () => {})).rejects.toThrow(`--out ${taken}: exists already`);
  expect(readFileSync(taken, 'utf8')).toBe('mine');

  const out = join(dir, 'new.gif');
  await expect(render({ ...options, out, policy: taken }, () => {})).rejects.toThrow(taken);
  expect(existsSync(out)).toBe(false);
});
