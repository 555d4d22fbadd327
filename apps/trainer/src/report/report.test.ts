import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { findChromium, withPage } from '@dppo/browser';
import type { Drawable, Env } from '@dppo/env';
import { type DiffusionSpec, networkOf, readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { GifReader } from 'omggif';
import { beforeAll, expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { smallRun } from '../../test/small-run.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { check } from '../commands/report.ts';
import { finetuneOptions as schema } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { type Film, filmed, stageFor } from './report-film.ts';
import { reportOptions } from './report-options.ts';
import { report, writeReport } from './report.ts';

const quiet = (): void => {};

/** A run with a name that would be markup where it is not escaped. */
const run = join(mkdtempSync(join(tmpdir(), 'dppo-')), `run <i>&"'`);

const given = (dir: string) => reportOptions.parse({ run: dir, backend: tf.getBackend() });
const pageOf = (dir: string): string => readFileSync(join(dir, 'report.html'), 'utf8');

beforeAll(async () => {
  const options = { ...smallRun, runDir: run, backend: tf.getBackend(), iterations: 3, evalEvery: 1 };
  await finetune(schema.parse(options), quiet);
});

it('ends a run with a page that needs neither network nor other files', async ({ skip }) => {
  const refusal = await findChromium().then(() => undefined, String);
  skip(refusal !== undefined, refusal);
  const alone = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'moved.html');
  cpSync(join(run, 'report.html'), alone);
  await withPage(async (page) => {
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => asked.push(request.url()));
    await page.context().setOffline(true);
    const address = pathToFileURL(alone).href;
    await page.goto(address);

    expect(await page.locator('h1').textContent()).toBe(`run <i>&"'`);
    expect(await page.locator('#iteration').textContent()).toBe('3');
    expect(await page.locator('#standing').textContent()).toBe('finished: 3 iterations, as asked');
    expect(await page.locator('#heading p').allTextContents()).toEqual([
      'hopper, seed 42',
      expect.stringMatching(/ cores?, \w+ · \d{4}-\d\d-\d\d$/),
    ]);
    expect(await page.locator('#overview progress').getAttribute('value')).toBe('1');
    expect(await page.locator('#episode figcaption').textContent()).toMatch(
      /: median of 9 episodes, return -?\d+, \d+ steps$/,
    );
    expect(await page.locator('#comparison tbody tr').allTextContents()).toHaveLength(6);
    const hidden = page.locator('#options details tbody tr');
    expect(await hidden.count()).toBeGreaterThan(40);
    expect(await hidden.first().isVisible()).toBe(false);
    expect(await page.locator('#differences tbody tr').count()).toBeGreaterThan(3);
    const [all, options] = await Promise.all([
      page.locator('main').boundingBox(),
      page.locator('#options').boundingBox(),
    ]);
    expect(options!.height).toBeLessThan(all!.height / 3);
    expect(await page.locator('#curves svg').count()).toBeGreaterThanOrEqual(7);
    const line = page.locator('#curves svg').first().locator('.mark-line path').first();
    expect((await line.boundingBox())?.width).toBeGreaterThan(100);
    expect(await page.evaluate("document.querySelector('#episode img').naturalWidth")).toBe(320);
    // Phones show it without scrolling to the side.
    await page.setViewportSize({ width: 360, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);

    expect(complaints).toEqual([]);
    expect(asked.filter((url) => url !== address && !url.startsWith('data:'))).toEqual([]);
  });
});

it('is written again, the same, by dppo report', async () => {
  const before = pageOf(run);
  const said: string[] = [];
  await report(given(run), (line) => said.push(line));
  expect(pageOf(run)).toBe(before);
  expect(said.at(-1)).toBe(`wrote ${join(run, 'report.html')}`);
});

it('has no gaps where a run was stopped before its first evaluation', async () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'dppo-')), 'stopped');
  cpSync(run, dir, { recursive: true });
  for (const name of ['metrics.jsonl', 'best.safetensors']) rmSync(join(dir, name));
  await report(given(dir), quiet);
  expect(pageOf(dir)).toContain('<dd id="iteration">0</dd>');
  expect(pageOf(dir)).toContain('src="data:image/gif;base64,');
  expect(pageOf(dir)).not.toMatch(/NaN|Infinity|undefined|return before|Learning curves/);
});

it('refuses a folder that is not that of a run', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dppo-'));
  await expect(report(given(dir), quiet)).rejects.toThrow(
    `run ${dir}: no config.yaml or metrics.jsonl in it, wanted the folder of a run`,
  );
  expect(() => check(given(dir))).toThrow(
    `--run ${dir}: no config.yaml or metrics.jsonl in it, wanted the folder of a run`,
  );
});

const framesOf = (film: Film | undefined): number => new GifReader(Buffer.from(film!.gif)).numFrames();

const ofDim = (n: number, value: number): number[] => Array.from({ length: n }, () => value);

it('films whole episodes, of long ones every second step, and leaves no tensors behind', async () => {
  const { spec } = await readPolicy(join(run, 'last.safetensors'));
  // It never falls.
  const cheetah: DiffusionSpec = {
    ...(spec as DiffusionSpec),
    network: { ...(spec as DiffusionSpec).network, obsDim: 17, actionDim: 6 },
    bounds: {
      obsMin: ofDim(17, -9),
      obsMax: ofDim(17, 9),
      actionMin: ofDim(6, -1),
      actionMax: ofDim(6, 1),
    },
  };
  const params = networkOf(cheetah.network).init(1);
  const tensors = tf.memory().numTensors;
  for (const [maxEpisodeSteps, frames] of [
    [6, 7],
    [199, 200],
    [200, 101],
  ]) {
    const task = { kind: 'named', name: 'halfcheetah', actSteps: 4, maxEpisodeSteps } as const;
    const policy = { spec: { ...cheetah, task }, params };
    const film = await filmed('last', policy, 1, await stageFor(policy));
    expect(framesOf(film)).toBe(frames);
    expect(film?.about).toMatch(
      /^halfcheetah, last policy, without exploration: median of 9 episodes, return /,
    );
    expect(film?.about).toContain(`, ${maxEpisodeSteps} steps`);
  }
  expect(tf.memory().numTensors).toBe(tensors);
});

/** An environment that ends after so many steps, with a reward of 1 for each. */
function stopsAfter(length: number): Env & Drawable {
  let steps = 0;
  return {
    obsShape: [11],
    actionShape: [3],
    reset: () => {
      steps = 0;
      return new Float32Array(11);
    },
    step: () => ({
      obs: new Float32Array(11),
      reward: 1,
      terminated: ++steps === length,
      truncated: false,
    }),
    draw: () => ({ center: [0, 0], width: 1, shapes: [] }),
  };
}

it('films the episode with the median return', async () => {
  const policy = await readPolicy(join(run, 'last.safetensors'));
  const stage = [2, 15, 3, 14, 9, 13, 4, 12, 5].map(stopsAfter);
  const film = await filmed('last', policy, 1, stage);
  expect(film?.about).toContain('median of 9 episodes, return 9, 9 steps');
  expect(framesOf(film)).toBe(10);
});

it('has no film of what cannot be drawn', async () => {
  const policy = await readPolicy(join(run, 'last.safetensors'));
  expect(await filmed('last', policy, 1, [])).toBeUndefined();
});

it('is written about a run of another program, of which there is only metrics.jsonl', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dppo-'));
  const row = { iteration: 2, 'time/env_steps': 100, 'eval/mean_reward': 5, 'train/approx_kl': 1e-6 };
  writeFileSync(join(dir, 'metrics.jsonl'), `${JSON.stringify(row)}\n`);
  await report(check(given(dir)).options, quiet);
  expect(pageOf(dir)).toContain('<p id="standing">iteration 2</p>');
  expect(pageOf(dir)).toContain('>KL, 1e-6 nats</text>');
  expect(pageOf(dir)).not.toMatch(/NaN|Infinity|undefined|<progress|<details/);
  writeFileSync(join(dir, 'config.yaml'), 'lr: 1\nenvironment: pong\n');
  await report(given(dir), quiet);
  expect(pageOf(dir)).toContain('<p>pong</p>');
  expect(pageOf(dir)).toContain('All 2 options');
});

it('runs no program that a policy in the folder names', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'dppo-'));
  const path = join(dir, 'evil.mjs');
  writeFileSync(
    path,
    "import { writeFileSync } from 'node:fs';\nwriteFileSync(new URL('./ran', import.meta.url), '');\n",
  );
  writeFileSync(join(dir, 'metrics.jsonl'), '{"iteration":0,"time/env_steps":0}\n');
  const task = { kind: 'module', path, actSteps: 4, maxEpisodeSteps: 20 } as const;
  const spec: DiffusionSpec = { ...smallHopper, task };
  const { policy } = await untrainedPolicy(spec);
  cpSync(policy, join(dir, 'best.safetensors'));
  await report(given(dir), quiet);
  expect(pageOf(dir)).not.toContain('image/gif');
  expect(existsSync(join(dir, 'ran'))).toBe(false);
  // The report that a training ends with films what it trained on.
  await expect(writeReport({ dir })).rejects.toThrow('no default export');
  expect(existsSync(join(dir, 'ran'))).toBe(true);
});
