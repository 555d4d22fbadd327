import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readTensors, writeTensors } from '@dppo/checkpoint';
import { readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { layered } from '../options/option-layers.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { evaluate } from '../runs/evaluate.ts';
import { readHistory } from '../runs/history.ts';
import { machineOf } from '../runs/machine.ts';
import { evaluationsIn, readMetrics } from '../runs/metrics-file.ts';
import { finetuneOptions } from './finetune-options.ts';
import { finetune } from './finetune.ts';
import { settled } from './starting-spec.ts';

/** A small policy for the real Hopper in a new folder, and options that train it for a moment. */
async function small() {
  const { dir, policy } = await untrainedPolicy(smallHopper);
  const given = finetuneOptions.parse({
    policy,
    backend: tf.getBackend(),
    jit: false,
    nEnvs: 2,
    workers: 1,
    steps: 3,
    maxEpisodeSteps: 20,
    ftDenoisingSteps: 2,
    iterations: 2,
    batchSize: 6,
    evalEpisodes: 2,
    evalEvery: 2,
    // A bound that changes the evaluation: the checkpoint has to know it.
    randnClipValue: 0.5,
  });
  return { dir, policy, given };
}

const quiet = (): void => {};

it('leaves config, metrics, checkpoint and picture, and the checkpoint evaluates', async () => {
  const { dir, given } = await small();
  const runDir = join(dir, 'run');
  const said: string[] = [];
  await finetune({ ...given, runDir }, (line) => said.push(line));
  expect(readdirSync(runDir).toSorted()).toEqual([
    'best.safetensors',
    'config.yaml',
    expect.stringMatching(/^events\.out\.tfevents\.\d+\.dppo$/),
    'history.yaml',
    'last.safetensors',
    'learning-curve.svg',
    'metrics.jsonl',
    'policy-2.safetensors',
    'report.html',
    'start.safetensors',
  ]);
  expect(said.at(-1)).toContain('times the return');
  const lines = readFileSync(join(runDir, 'metrics.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).iteration)).toEqual([0, 1, 2, 2, 0, 2]);
  const guide = readFileSync(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8');
  const finetuning = guide.replace(/## Pre-training[^]*?(?=\n## )/, '');
  const explained = Array.from(finetuning.matchAll(/^\| `(\w+\/\w+)` +\|/gm), ([, name]) => name);
  const names = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line))));
  expect(['iteration', ...explained].toSorted()).toEqual([...names].toSorted());

  const tuned = await readPolicy(join(runDir, 'policy-2.safetensors'));
  expect(tuned.spec.sampler).toMatchObject({ ftDenoisingSteps: 2, clipX0: 1, clipNoise: 0.5 });
  expect(Object.keys(tuned.frozen ?? {})).toEqual(Object.keys(tuned.params));
  const result: string[] = [];
  const evaluated = {
    policy: join(runDir, 'policy-2.safetensors'),
    backend: given.backend,
    episodes: 2,
  };
  await evaluate(evaluateOptions.parse(evaluated), (line) => result.push(line));
  // The same policy, seed and number of environments give what the run reported at its end.
  expect(said.some((line) => line.includes(result[1]))).toBe(true);
});

it('refuses what does not fit before it makes or overwrites anything', async () => {
  const { dir, policy, given } = await small();
  const runDir = join(dir, 'run');
  await expect(finetune({ ...given, runDir, ftDenoisingSteps: 6 }, quiet)).rejects.toThrow(
    `--ft-denoising-steps: found 6, wanted at most 5, the denoising steps of --policy ${policy}`,
  );
  await expect(finetune({ ...given, runDir, actSteps: 5 }, quiet)).rejects.toThrow(
    '--act-steps: found 5, wanted at most 4',
  );
  await expect(finetune({ ...given, runDir, denoisingSteps: 6 }, quiet)).rejects.toThrow(
    `--denoising-steps: found 6, wanted 5 as in --policy ${policy}`,
  );
  await expect(finetune({ ...given, runDir, policy: undefined }, quiet)).rejects.toThrow(
    '--policy is missing; or --environment, to train from scratch',
  );
  const scratch = { ...given, runDir, policy: undefined, environment: 'avoid' } as const;
  await expect(finetune({ ...scratch, denoisingSteps: 4 }, quiet)).rejects.toThrow(
    '--ft-denoising-steps: found 2, wanted 4, or --policy as well: from scratch all denoising steps are trained',
  );
  await expect(finetune({ ...given, runDir, policy: 'none' }, quiet)).rejects.toThrow(
    '--policy none: no such file, wanted a policy or a run folder',
  );
  expect(existsSync(runDir)).toBe(false);
  await expect(finetune({ ...given, runDir: dir }, quiet)).rejects.toThrow('is not empty');
  expect(existsSync(policy)).toBe(true);
});

it('fine-tunes a policy that takes fewer steps by DDIM, in no more than it takes', async () => {
  const { dir, policy } = await untrainedPolicy({
    ...smallHopper,
    sampler: { kind: 'ddim', denoisingSteps: 5, ddimSteps: 3, eta: 1, clipX0: 1 },
  });
  const runDir = join(dir, 'run');
  const given = { ...(await small()).given, policy, runDir, iterations: 1 };
  await expect(finetune({ ...given, ftDenoisingSteps: 4 }, quiet)).rejects.toThrow(
    `--ft-denoising-steps: found 4, wanted at most 3, the denoising steps of --policy ${policy}`,
  );
  await finetune({ ...given, ftDenoisingSteps: undefined }, quiet);
  expect((await readPolicy(join(runDir, 'last.safetensors'))).spec.sampler).toEqual({
    kind: 'ddim',
    denoisingSteps: 5,
    ddimSteps: 3,
    ftDenoisingSteps: 3,
    eta: 1,
    clipX0: 1,
    clipNoise: 0.5,
  });
});

it('names the weight of a checkpoint of another architecture', async () => {
  const { policy, given } = await small();
  const { tensors, metadata } = await readTensors(policy);
  const other = metadata.dppo.replace('"hidden":[8,8,8]', '"hidden":[9,9,9]');
  await writeTensors(policy, tensors, { dppo: other });
  await expect(finetune(given, quiet)).rejects.toThrow(
    `policy ${policy}: mlp_mean.layers.0.weight is [8,27], wanted [9,27]`,
  );
});

it('ends at the return that was asked for, and keeps the best policy', async () => {
  const { dir, given } = await small();
  const runDir = join(dir, 'run');
  const said: string[] = [];
  await finetune({ ...given, runDir, targetReturn: -1000 }, (line) => said.push(line));
  expect(said).toContain('finished: the mean return reached -1000');
  expect(readHistory(runDir).at(-1)?.end).toMatchObject({
    state: 'finished',
    why: 'the mean return reached -1000',
  });
  expect(readFileSync(join(runDir, 'metrics.jsonl'), 'utf8').trim().split('\n')).toEqual([
    expect.stringContaining('"eval/mean_reward"'),
    expect.stringContaining('"report/mean_reward"'),
  ]);
  const [best, last] = await Promise.all(
    ['best', 'last'].map((name) => readPolicy(join(runDir, `${name}.safetensors`))),
  );
  expect(best.spec).toEqual(last.spec);
  for (const [name, weight] of Object.entries(best.params))
    expect(weight.dataSync()).toEqual(last.params[name].dataSync());
});

it.each([
  [{ iterations: 2 }, '2 iterations, as asked'],
  [{ maxMinutes: 1e-9 }, '1 iteration in 1e-9 minutes, as asked'],
])('says and records that a run of %j has finished, and where it was computed', async (limit, why) => {
  const { dir, given } = await small();
  const runDir = join(dir, 'run');
  const said: string[] = [];
  await finetune({ ...given, iterations: 100, ...limit, runDir }, (line) => said.push(line));
  expect(said).toContain(`finished: ${why}`);
  expect(readHistory(runDir)).toEqual([
    {
      began: expect.any(String),
      machine: machineOf(tf.getBackend()),
      end: { state: 'finished', why, at: expect.any(String) },
    },
  ]);
});

it('plays few episodes between the first evaluation and the last, and ends at no return of theirs', async () => {
  const { dir, given } = await small();
  const evaluations = async (name: string, other: object) => {
    // Only the critic learns: all evaluations are of one policy.
    const sizes = { seed: 3, evalEpisodes: 4, quickEvalEpisodes: 1, evalEvery: 1, nCriticWarmupItr: 100 };
    const runDir = join(dir, name);
    await finetune({ ...given, ...sizes, ...other, runDir }, quiet);
    return evaluationsIn(readMetrics(join(runDir, 'metrics.jsonl')).rows);
  };
  const found = await evaluations('all', {});
  const numbers = found.map(({ iteration, episodes }) => [iteration, episodes]);
  expect(numbers).toEqual([
    [0, 4],
    [1, 1],
    [2, 4],
  ]);
  const [four, one] = found.map(({ mean }) => mean);
  expect(one).toBeGreaterThan(four + 0.1);
  const aimed = await evaluations('aimed', { targetReturn: (one + four) / 2 });
  expect(aimed.map(({ iteration, episodes }) => [iteration, episodes])).toEqual([
    [0, 4],
    [1, 1],
    [1, 4],
    [2, 4],
  ]);
});

it('holds as many tensors after every iteration from the third on, evaluations and checkpoints included', async () => {
  const { dir, given } = await small();
  const counts: number[] = [];
  const often = {
    ...given,
    runDir: join(dir, 'run'),
    iterations: 6,
    evalEvery: 1,
    saveEvery: 1,
    updateEpochs: 1,
  };
  await finetune(often, (line) => {
    if (/^iteration +\d+: (return|no episode)/.test(line)) counts.push(tf.memory().numTensors);
  });
  expect(counts).toHaveLength(6);
  expect(new Set(counts.slice(2))).toEqual(new Set([counts[2]]));
});

/** What a run has written of each iteration, the evaluation of the start first. */
function rows(runDir: string): string[] {
  return readFileSync(join(runDir, 'metrics.jsonl'), 'utf8').split('\n');
}

/** The critic's error in the first iteration of a run. */
function valueLoss(runDir: string): number {
  return JSON.parse(rows(runDir)[1])['train/value_loss'];
}

it('trains on machine code in bfloat16, and goes on with nothing else', async ({ skip }) => {
  skip(tf.getBackend() !== 'tensorflow', 'graphs are of TensorFlow');
  const { dir, given } = await small();
  const [plain, runDir] = [join(dir, 'plain'), join(dir, 'run')];
  await finetune({ ...given, runDir: plain, iterations: 1 }, quiet);
  await finetune({ ...given, runDir, iterations: 1, jit: true, precision: 'bfloat16' }, quiet);
  expect(valueLoss(runDir)).not.toBe(valueLoss(plain));
  expect(valueLoss(runDir) / valueLoss(plain)).toBeCloseTo(1, 1);
  // Evaluations are those of `dppo evaluate`, which makes no machine code.
  const [row, plainRow] = [runDir, plain].map((run) => JSON.parse(rows(run)[0]));
  expect(row).toEqual({
    ...plainRow,
    'time/seconds': row['time/seconds'],
    'time/cpu_seconds': row['time/cpu_seconds'],
  });

  const resuming = (named: Record<string, string>): Record<string, unknown> =>
    layered('finetune', finetuneOptions.shape, { set: [], named: { resume: runDir, ...named } });
  expect(resuming({})).toMatchObject({ jit: true, precision: 'bfloat16' });
  expect(() => resuming({ jit: 'false' })).toThrow('--jit: found with --resume');
  expect(() => resuming({ precision: 'float32' })).toThrow('--precision: found with --resume');
});

/** What a policy of a run is, in numbers. */
async function numbersOf(file: string) {
  const { spec, params, frozen = {} } = await readPolicy(file);
  const numbers = [params, frozen].map((weights) =>
    Object.entries(weights).map(([name, weight]) => [name, weight.dataSync()]),
  );
  return { spec, numbers };
}

it('goes on from a fine-tuned policy: it acts as before, and its frozen weights stay what they were', async () => {
  const { dir, given } = await small();
  const [first, second] = ['first', 'second'].map((name) => join(dir, name));
  await finetune({ ...given, runDir: first }, quiet);
  const tuned = join(first, 'policy-2.safetensors');
  const { options } = await settled(
    finetuneOptions.parse({ ...given, policy: tuned, runDir: second, actorLr: 1e-3 }),
  );
  await finetune(options, quiet);
  const [before, start] = [await numbersOf(tuned), await numbersOf(join(second, 'start.safetensors'))];
  expect(start).toEqual(before);
  const [[, frozen], [params, still]] = [
    before.numbers,
    (await numbersOf(join(second, 'policy-2.safetensors'))).numbers,
  ];
  expect(still).toEqual(frozen);
  expect(params).not.toEqual(before.numbers[0]);
  const [last] = evaluationsIn(readMetrics(join(first, 'metrics.jsonl')).rows).slice(-1);
  const [begun] = evaluationsIn(readMetrics(join(second, 'metrics.jsonl')).rows);
  expect(begun.mean).toBe(last.mean);
});

it('refuses to fine-tune a fine-tuned policy in other denoising steps than it was', async () => {
  const { dir, given } = await small();
  const runDir = join(dir, 'run');
  await finetune({ ...given, iterations: 1, runDir }, quiet);
  const { ftDenoisingSteps: _, ...others } = given;
  const again = finetuneOptions.parse({ ...others, policy: join(runDir, 'policy-1.safetensors') });
  expect((await settled(again)).options.ftDenoisingSteps).toBe(2);
  await expect(settled({ ...again, ftDenoisingSteps: 3 })).rejects.toThrow(
    `--ft-denoising-steps: found 3, wanted 2, the steps that --policy ${again.policy} was fine-tuned in`,
  );
});

it('ends where the critic diverged with the command that goes on from before, which does', async () => {
  const { dir, given } = await small();
  const runDir = join(dir, 'run');
  const rates = { criticLr: 1e30, lrWarmupSteps: 1 };
  const failed = finetune({ ...given, ...rates, iterations: 3, runDir }, quiet);
  const policy = join(runDir, 'policy-1.safetensors');
  await expect(failed).rejects.toThrow(
    `; to go on from before, at lower rates: dppo finetune --config ${join(runDir, 'config.yaml')} --policy ${policy} --actor-lr 0.00001 --actor-min-lr 0.00001 --critic-lr 1e+29`,
  );
  await expect(failed).rejects.toThrow(
    /^update: what the critic makes is .*; iteration 2, .*critic_lr 1.00e\+30/,
  );
  expect(readHistory(runDir).at(-1)?.end?.state).toBe('failed');
  const config = join(runDir, 'config.yaml');
  const lower = { actorLr: '1e-5', actorMinLr: '1e-5', criticLr: '1e-3', criticMinLr: '1e-3' };
  const named = { ...lower, policy, runDir: join(dir, 'next'), iterations: '1' };
  const layers = layered('finetune', finetuneOptions.shape, { set: [], config, named });
  const { options } = await settled(finetuneOptions.parse(layers));
  await finetune(options, quiet);
  expect(existsSync(join(dir, 'next', 'policy-1.safetensors'))).toBe(true);
});
