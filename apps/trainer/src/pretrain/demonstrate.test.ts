import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { demonstratedWays, rows } from '@dppo/avoid';
import { readDemonstrations, readNormalization } from '@dppo/data';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { finetuneOptions } from '../finetune/finetune-options.ts';
import { finetune } from '../finetune/finetune.ts';
import { avoidScene } from '../pictures/avoid-scene.ts';
import { trajectoryOptions } from '../pictures/plot-trajectories-options.ts';
import { plotTrajectories } from '../pictures/plot-trajectories.ts';
import { demonstrateOptions } from './demonstrate-options.ts';
import { demonstrate } from './demonstrate.ts';
import { pretrainOptions } from './pretrain-options.ts';
import { pretrain } from './pretrain.ts';
import { checkPretrain } from './training-data.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'dppo-'));
const quiet = (): void => {};

/** What the command wrote, and what it said. */
async function demonstrated(given: Partial<ReturnType<typeof demonstrateOptions.parse>>) {
  const outDir = newFolder();
  const said: string[] = [];
  await demonstrate(demonstrateOptions.parse({ ...given, outDir }), (line) => said.push(line));
  const [data, ranges] = [join(outDir, 'train.npz'), join(outDir, 'normalization.npz')];
  return {
    data,
    ranges,
    said,
    demonstrations: await readDemonstrations(data),
    normalization: await readNormalization(ranges),
  };
}

type Demonstrated = Awaited<ReturnType<typeof demonstrated>>;

/** What was observed in each episode, in metres. */
function trajectoriesOf({ demonstrations, normalization }: Demonstrated): Float32Array[][] {
  const { states, trajLengths } = demonstrations;
  const { obsMin, obsMax } = normalization;
  const metres = (row: number, d: number): number =>
    ((states[row * 4 + d] + 1) / 2) * (obsMax[d] - obsMin[d] + 1e-6) + obsMin[d];
  let row = 0;
  return Array.from(trajLengths, (length) =>
    Array.from({ length }, () => {
      const of = row++;
      return Float32Array.from({ length: 4 }, (_, d) => metres(of, d));
    }),
  );
}

/** The gap of the last row that a trajectory takes, from the left. */
function thirdGap(trajectory: Float32Array[]): number {
  const passing = trajectory.find(([, , , y]) => y >= rows[2][0].y);
  return rows[2].filter(({ x }) => passing !== undefined && x < passing[2]).length;
}

it('records each of the 24 ways up to the finish, clear of the obstacles', async () => {
  const all = await demonstrated({ ways: 'all', episodes: 24, seed: 3 });
  const trajectories = trajectoriesOf(all);
  expect(trajectories.map((trajectory) => avoidScene.outcomeOf(trajectory))).not.toContain(
    'touches an obstacle',
  );
  const { actions, rewards, terminals, trajLengths } = all.demonstrations;
  expect(Math.max(...trajLengths)).toBeGreaterThan(100);
  expect(Math.max(...trajLengths)).toBeLessThan(130);
  // The finish is rewarded once, in the step that ends the recording; the task itself has no end.
  expect(rewards.reduce((sum, reward) => sum + reward, 0)).toBe(24);
  expect(terminals.every((terminal) => terminal === 0)).toBe(true);
  expect([Math.min(...actions), Math.max(...actions)]).toBeAllclose([-1, 1], { atol: 1e-3, rtol: 0 });
  expect(all.said).toEqual([expect.stringMatching(/: 24 episodes, 24 ways, \d{4} steps, \d\d … 1\d\d an/)]);
});

it.each(['m1', 'm2', 'm3'] as const)('takes the two ways of %s in turn', async (ways) => {
  const gaps = trajectoriesOf(await demonstrated({ ways, episodes: 4 })).map((trajectory) =>
    thirdGap(trajectory),
  );
  const [first, second] = demonstratedWays[ways].map(([, , third]) => third);
  expect(gaps).toEqual([first, second, first, second]);
});

it('records the same again from the same seed, and another of the same way from the next', async () => {
  const [one, again] = [await demonstrated({ episodes: 3 }), await demonstrated({ episodes: 3 })];
  expect(again.demonstrations).toEqual(one.demonstrations);
  const [first, , third] = trajectoriesOf(one);
  expect(third.slice(0, 40)).not.toEqual(first.slice(0, 40));
});

it('overwrites nothing, and knows the sets by their names', async () => {
  const outDir = newFolder();
  writeFileSync(join(outDir, 'train.npz'), 'mine');
  await expect(demonstrate(demonstrateOptions.parse({ outDir }), quiet)).rejects.toThrow(
    `The folder ${outDir} is not empty (1 files, such as train.npz)`,
  );
  expect(readdirSync(outDir)).toEqual(['train.npz']);
  expect(() => demonstrateOptions.parse({ outDir, ways: 'm4' })).toThrow(/expected one of/);
});

it('leads by pretrain and finetune to a picture of both policies', async () => {
  const { data, ranges } = await demonstrated({ episodes: 2 });
  const dir = newFolder();
  const backend = tf.getBackend();
  const small = {
    backend,
    jit: false,
    environment: 'avoid',
    maxEpisodeSteps: 40,
    denoisingSteps: 3,
    hidden: [16, 16, 16],
  };
  const before = join(dir, 'before.safetensors');
  await pretrain(
    await checkPretrain(
      pretrainOptions.parse({
        ...small,
        data,
        normalization: ranges,
        out: before,
        runDir: join(dir, 'pretraining'),
        epochs: 1,
      }),
    ),
    quiet,
  );
  const runDir = join(dir, 'run');
  const once = {
    nEnvs: 2,
    workers: 1,
    steps: 5,
    ftDenoisingSteps: 2,
    batchSize: 20,
    iterations: 1,
    evalEpisodes: 2,
  };
  await finetune(finetuneOptions.parse({ ...small, policy: before, runDir, ...once }), quiet);
  const out = join(dir, 'avoid.svg');
  const after = join(runDir, 'policy-1.safetensors');
  const said: string[] = [];
  await plotTrajectories(trajectoryOptions.parse({ before, after, out, episodes: 2, backend }), (line) =>
    said.push(line),
  );
  expect(said.at(-1)).toBe(`wrote ${out}`);
});
