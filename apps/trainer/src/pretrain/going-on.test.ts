import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { readTensors, writeTensors } from '@dppo/checkpoint';
import { readDemonstrations, readNormalization } from '@dppo/data';
import { unscaled } from '@dppo/env';
import { readPolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { program, wordsOf } from '../../test/program.ts';
import { readData } from '../data/read-data.ts';
import { related } from '../options/relation.ts';
import { readHistory } from '../runs/history.ts';
import { checkExpert } from './check-expert.ts';
import { checkRecording } from './check-recording.ts';
import { collectOptions } from './collect-options.ts';
import { collect } from './collect.ts';
import { demonstrateOptions } from './demonstrate-options.ts';
import { demonstrate } from './demonstrate.ts';
import { expertOptions } from './expert-options.ts';
import { expert } from './expert.ts';
import { pretrainOptions } from './pretrain-options.ts';
import { pretrain } from './pretrain.ts';
import { checkPretrain } from './training-data.ts';

type Say = (line: string) => void;
type Given = Readonly<Record<string, unknown>>;

const newDir = (): string => mkdtempSync(join(tmpdir(), 'going-on-'));
const quiet: Say = () => {};
const avoid = { environment: 'avoid', maxEpisodeSteps: 8 };

const data = newDir();
await demonstrate(demonstrateOptions.parse({ outDir: data, episodes: 2 }), quiet);

/** A command by what its options are given as. */
const commands = {
  pretrain: async (given: Given, say: Say) =>
    pretrain(await checkPretrain(pretrainOptions.parse({ backend: tf.getBackend(), ...given })), say),
  expert: async (given: Given, say: Say) =>
    expert(checkExpert(expertOptions.parse({ backend: tf.getBackend(), ...given })).options, say),
  collect: async (given: Given, say: Say) =>
    collect(collectOptions.parse({ backend: tf.getBackend(), ...given }), say),
  demonstrate: async (given: Given, say: Say) => demonstrate(demonstrateOptions.parse(given), say),
};

/** What the command goes on with, as `--resume` reads it. */
function goingOn(dir: string): Given {
  const { policy, ...config } = parse(readFileSync(join(dir, 'config.yaml'), 'utf8'));
  return {
    ...config,
    ...(policy !== undefined && { policy: join(dir, basename(policy)) }),
    ...(config.outDir !== undefined && { outDir: dir }),
    resume: dir,
  };
}

/** Runs a command and copies its folder as a kill would leave it each time that it says such a line. */
async function killed(
  command: keyof typeof commands,
  given: Given & { readonly dir: string },
  when: RegExp,
): Promise<string[]> {
  const copies: string[] = [];
  const { dir, ...options } = given;
  await commands[command](options, (line) => {
    if (!when.test(line)) return;
    const copied = join(newDir(), 'run');
    cpSync(dir, copied, { recursive: true, filter: (file) => basename(file) !== 'run.lock' });
    copies.push(copied);
  });
  return copies;
}

const small = {
  ...avoid,
  data: join(data, 'train.npz'),
  normalization: join(data, 'normalization.npz'),
  jit: false,
  denoisingSteps: 3,
  hidden: [8, 8, 8],
  batchSize: 40,
  epochs: 5,
  saveEvery: 2,
  updateEmaFreq: 3,
  epochStartEma: 2,
};

/** Files that a training leaves, without what the clock says. */
async function leftBy(dir: string, out: string): Promise<unknown> {
  const rows = readFileSync(join(dir, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const names = readdirSync(dir).filter((name) => name.endsWith('.safetensors'));
  const states = await Promise.all(
    names.map(async (name) => {
      const { tensors } = await readTensors(join(dir, name));
      return [name, Object.entries(tensors).map(([key, tensor]) => [key, tensor.dataSync()])];
    }),
  );
  return {
    rows: rows.map((row) => JSON.parse(row, (key, value) => (key.startsWith('time/') ? 0 : value))),
    states,
    out: readFileSync(out, 'base64'),
  };
}

it('pre-trains to the bit what a run that never stopped does, from wherever it was killed', async () => {
  const root = newDir();
  const [out, runDir] = ['policy.safetensors', 'run'].map((name) => join(root, name));
  const copies = await killed(
    'pretrain',
    { ...small, out, runDir, dir: runDir },
    /^(run folder|epoch [1-5] )/,
  );
  expect(copies).toHaveLength(6);
  const whole = await leftBy(runDir, out);
  for (const dir of copies) {
    rmSync(out);
    await commands.pretrain(goingOn(dir), quiet);
    expect(await leftBy(dir, out)).toEqual(whole);
    expect(readHistory(dir).map(({ end }) => end?.state)).toEqual([undefined, 'finished']);
  }
});

it('saves the last whole epoch of a pre-training that fails, and goes on from there', async () => {
  const root = newDir();
  const [out, runDir] = ['policy.safetensors', 'run'].map((name) => join(root, name));
  const failing = commands.pretrain({ ...small, saveEvery: 100, out, runDir }, (line) => {
    if (line.startsWith('epoch 3')) throw new Error('no more room');
  });
  await expect(failing).rejects.toThrow('no more room');
  expect(readHistory(runDir).at(-1)?.end).toMatchObject({ state: 'failed', why: 'no more room' });
  const said: string[] = [];
  await commands.pretrain(goingOn(runDir), (line) => said.push(line));
  expect(said.filter((line) => line.startsWith('epoch')).map((line) => line.slice(0, 7))).toEqual([
    'epoch 4',
    'epoch 5',
  ]);
});

it('saves the last whole epoch on a signal, says how to go on, and exits with 75', async () => {
  const root = newDir();
  const [out, runDir] = ['policy.safetensors', 'run'].map((name) => join(root, name));
  const long = { epochs: 100_000, saveEvery: 100_000, backend: tf.getBackend() };
  const options = { ...small, ...long, out, runDir };
  const child = spawn(process.execPath, [...program, 'pretrain', ...wordsOf(options)]);
  let [text, errors] = ['', ''];
  child.stderr.on('data', (part) => (errors += String(part)));
  child.stdout.on('data', (part) => {
    const before = text;
    text += String(part);
    if (text.includes('epoch 3 ') && !before.includes('epoch 3 ')) child.kill('SIGTERM');
  });
  const [code] = await once(child, 'close');
  expect([code, errors]).toEqual([75, '']);
  expect(text).toContain(`stopped by SIGTERM; to go on: dppo pretrain --resume ${runDir}\n`);
  expect(readHistory(runDir)).toMatchObject([{ end: { state: 'stopped', why: 'stopped by SIGTERM' } }]);
  const epochs = [...text.matchAll(/^epoch (\d+) /gm)];
  const { metadata } = await readTensors(join(runDir, 'last.safetensors'));
  expect(JSON.parse(metadata.training).state.epoch).toBe(epochs.length);
});

it('keeps a policy that cannot be written where it was to be, and writes it when it can', async () => {
  const [root, runDir] = [newDir(), join(newDir(), 'run')];
  const out = join(root, 'policy.safetensors');
  const failing = commands.pretrain({ ...small, out, runDir }, (line) => {
    if (line.startsWith('epoch 5')) rmSync(root, { recursive: true });
  });
  await expect(failing).rejects.toThrow(
    new RegExp(
      `^--out ${out}: could not be written: ENOENT.*; the policy is kept as ${runDir}/last.safetensors; to write it: dppo pretrain --resume ${runDir}$`,
    ),
  );
  await expect(commands.pretrain(goingOn(runDir), quiet)).rejects.toThrow(
    `--out ${out}: cannot be written: there is no folder ${root}`,
  );
  mkdirSync(root);
  await commands.pretrain(goingOn(runDir), quiet);
  const [{ params }, last] = [await readPolicy(out), await readPolicy(join(runDir, 'last.safetensors'))];
  for (const [name, weights] of Object.entries(params))
    expect(weights.dataSync()).toEqual(last.params[name].dataSync());
});

it('is finished where it was killed after its policy was written, and overwrites no other', async () => {
  const root = newDir();
  const [out, runDir] = ['policy.safetensors', 'run'].map((name) => join(root, name));
  const [early] = await killed('pretrain', { ...small, out, runDir, dir: runDir }, /^epoch 1 /);
  const policy = readFileSync(out);
  await commands.pretrain(goingOn(runDir), quiet);
  expect(readFileSync(out).equals(policy)).toBe(true);
  await expect(commands.pretrain(goingOn(early), quiet)).rejects.toThrow(
    `--out ${out}: exists already, wanted a new name; nothing is overwritten`,
  );
  renameSync(out, join(root, 'elsewhere'));
  await commands.pretrain(goingOn(runDir), quiet);
  expect(readFileSync(out).equals(policy)).toBe(true);
});

it.each([
  ['demonstrations', { data: join(await otherData(), 'train.npz') }],
  ['policy', { maxEpisodeSteps: 9 }],
])('goes on with no other %s than it began with', async (what, changed) => {
  const root = newDir();
  const [out, runDir] = ['policy.safetensors', 'run'].map((name) => join(root, name));
  await commands.pretrain({ ...small, epochs: 1, out, runDir }, quiet);
  const before = readdirSync(runDir).map((name) => readFileSync(join(runDir, name), 'base64'));
  await expect(commands.pretrain({ ...goingOn(runDir), ...changed }, quiet)).rejects.toThrow(
    `checkpoint ${join(runDir, 'last.safetensors')}: of a run with another ${what} than the options beside it ask for`,
  );
  expect(readdirSync(runDir).map((name) => readFileSync(join(runDir, name), 'base64'))).toEqual(before);
});

it('goes on with a run of before 2026-11-29, which left to the network what it is by itself', async () => {
  const root = newDir();
  const [out, runDir] = ['policy.safetensors', 'run'].map((name) => join(root, name));
  const [copy] = await killed('pretrain', { ...small, out, runDir, dir: runDir }, /^epoch 3 /);
  const [policy, last] = [readFileSync(out), join(copy, 'last.safetensors')];
  rmSync(out);
  const { tensors, metadata } = await readTensors(last);
  const { network, ...spec } = JSON.parse(metadata.dppo);
  const { kind, obsDim, actionDim, condSteps, horizonSteps, timeDim, hidden } = network;
  const lean = { kind, obsDim, actionDim, condSteps, horizonSteps, timeDim, hidden };
  await writeTensors(last, tensors, { ...metadata, dppo: JSON.stringify({ ...spec, network: lean }) });
  const { network: _, activation, condHidden, residual, layerNorm, outActivation, ...config } = goingOn(copy);
  expect([activation, condHidden, residual, layerNorm, outActivation]).not.toContain(undefined);
  await commands.pretrain(config, quiet);
  const { params } = await readPolicy(out);
  writeFileSync(join(root, 'whole'), policy);
  for (const [name, weights] of Object.entries((await readPolicy(join(root, 'whole'))).params))
    expect(params[name].dataSync(), name).toEqual(weights.dataSync());
});

/** Demonstrations in the same ranges. */
async function otherData(): Promise<string> {
  const outDir = newDir();
  await demonstrate(demonstrateOptions.parse({ outDir, episodes: 2, seed: 7 }), quiet);
  return outDir;
}

const learner = {
  ...avoid,
  nEnvs: 10,
  workers: 1,
  steps: 4,
  hidden: [4],
  batchSize: 20,
  updateEpochs: 1,
  saveEvery: 4,
};

function rowsOf(dir: string): number {
  const file = join(dir, 'metrics.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

it('trains to the bit the expert that a run that never stopped does, and keeps the best so far', async () => {
  const root = newDir();
  const [out, runDir] = ['policy.safetensors', 'run'].map((name) => join(root, name));
  const given = { ...learner, out, runDir, targetReturn: -1e9, dir: runDir };
  const [begun] = await killed('expert', given, /^run folder/);
  expect(rowsOf(begun)).toBe(0);
  const whole = await leftBy(runDir, out);
  // Two iterations are an episode in each of ten environments; 100 of them are enough.
  expect(rowsOf(runDir)).toBe(20);
  rmSync(out);
  await commands.expert(goingOn(begun), quiet);
  expect(await leftBy(begun, out)).toEqual(whole);
  expect(existsSync(join(runDir, 'best.safetensors'))).toBe(true);
});

it('keeps an expert that is not good enough, names it, and goes on with more steps', async () => {
  const root = newDir();
  const [out, runDir] = ['policy.safetensors', 'run'].map((name) => join(root, name));
  const given = { ...learner, out, runDir, targetReturn: 1e9 };
  await expect(commands.expert({ ...given, maxEnvSteps: 960 }, quiet)).rejects.toThrow(
    new RegExp(
      String.raw`^expert: mean return -?\d+ of 100 episodes after 960 env steps, wanted 1000000000 of 100; the policy is kept as ${join(runDir, 'best.safetensors')}, of mean return -?\d+; to go on: dppo expert --resume ${runDir} --max-env-steps 1920$`,
    ),
  );
  expect(existsSync(out)).toBe(false);
  const more = { ...goingOn(runDir), maxEnvSteps: 1200 };
  await expect(commands.expert(more, quiet)).rejects.toThrow('after 1200 env steps');
  await commands.expert({ ...more, targetReturn: -1e9 }, quiet);
  expect(existsSync(out)).toBe(true);
});

it('refuses checkpoints between which no whole episode fits, and leaves room for five of them by default', () => {
  const options = expertOptions.parse({ out: 'none.safetensors', steps: 10, maxEpisodeSteps: 31 });
  expect(() => related(expertOptions, { ...options, saveEvery: 3 }, {})).toThrow(
    '--max-episode-steps: found 31 (its default), wanted at most 30 with --save-every 3, --steps 10',
  );
  expect(related(expertOptions, options, {}).saveEvery).toBeUndefined();
  expect(checkExpert(options).options.saveEvery).toBe(16);
});

it('collects the same file as a run that never stopped, from wherever it was killed', async () => {
  const root = newDir();
  const policy = join(root, 'policy.safetensors');
  await commands.expert({ ...learner, out: policy, runDir: join(root, 'run'), targetReturn: -1e9 }, quiet);
  const outDir = join(root, 'data');
  const given = { policy, outDir, nEnvs: 3, workers: 1, envSteps: 60, dir: outDir };
  const copies = await killed('collect', given, /^\d+ of 60 steps/);
  // 24 steps a part: three episodes of 8.
  expect(copies).toHaveLength(3);
  const files = ['train.npz', 'normalization.npz'];
  const bytes = (dir: string): string[] => files.map((name) => readFileSync(join(dir, name), 'base64'));
  const whole = bytes(outDir);
  expect((await readDemonstrations(join(outDir, 'train.npz'))).trajLengths).toHaveLength(8);
  // What it was made of is gone, and the policy is kept: the one that was given may change.
  rmSync(policy);
  for (const [i, dir] of copies.entries()) {
    expect(readdirSync(join(dir, 'parts'))).toHaveLength(i + 1);
    expect(files.some((name) => existsSync(join(dir, name)))).toBe(false);
    await commands.collect(goingOn(dir), quiet);
    expect(bytes(dir)).toEqual(whole);
    expect(readdirSync(dir).toSorted()).toEqual(
      ['config.yaml', 'history.yaml', 'policy.safetensors', ...files].toSorted(),
    );
  }
  const said: string[] = [];
  await commands.collect(goingOn(outDir), (line) => said.push(line));
  expect(said.at(-1)).toMatch(/^finished already: 8 episodes, 64 steps, return /);
  expect(bytes(outDir)).toEqual(whole);
});

it.each([
  ['hdf5', 'demonstrations.hdf5'],
  ['lerobot', 'lerobot'],
])(
  'collects as %s the episodes that it collects as npz, from wherever it was killed',
  async (format, name) => {
    const root = newDir();
    const policy = join(root, 'policy.safetensors');
    await commands.expert({ ...learner, out: policy, runDir: join(root, 'run'), targetReturn: -1e9 }, quiet);
    const given = { policy, nEnvs: 2, workers: 1, envSteps: 20 };
    const [npz, outDir] = ['npz', format].map((dir) => join(root, dir));
    await commands.collect({ ...given, outDir: npz }, quiet);
    const copies = await killed('collect', { ...given, format, outDir, dir: outDir }, /^\d+ of 20 steps/);
    const { obsMin, obsMax, actionMin, actionMax } = await readNormalization(join(npz, 'normalization.npz'));
    const { states, actions, ...wanted } = await readDemonstrations(join(npz, 'train.npz'));
    const { demonstrations: whole } = await readData(join(outDir, name), {});
    expect(whole).toMatchObject(wanted);
    expect(whole.states).toBeAllclose(unscaled(states, obsMin, obsMax), { atol: 1e-5 });
    expect(whole.actions).toBeAllclose(unscaled(actions, actionMin, actionMax), { atol: 1e-5 });
    expect(copies.length).toBeGreaterThan(0);
    for (const dir of copies) {
      // Half of what a kill left in the midst of writing.
      writeFileSync(join(dir, 'parts', name), 'half');
      await commands.collect(goingOn(dir), quiet);
      expect((await readData(join(dir, name), {})).demonstrations).toEqual(whole);
      expect(readdirSync(dir).toSorted()).toEqual(
        ['config.yaml', 'history.yaml', 'policy.safetensors', name].toSorted(),
      );
    }
    const said: string[] = [];
    await commands.collect(goingOn(outDir), (line) => said.push(line));
    expect(said.at(-1)).toMatch(/^finished already: /);
  },
);

it('takes steps a second for LeRobot alone', () => {
  const options = { outDir: join(newDir(), 'new'), fps: 30 };
  expect(() => checkRecording(demonstrateOptions.parse(options))).toThrow(
    '--fps 30: found --format npz, wanted lerobot',
  );
  checkRecording(demonstrateOptions.parse({ ...options, format: 'lerobot' }));
});

it('collects no other policy than it began with', async () => {
  const root = newDir();
  const [one, other] = ['one', 'other'].map((name) => join(root, `${name}.safetensors`));
  for (const [seed, out] of [one, other].entries())
    await commands.expert({ ...learner, seed, out, runDir: `${out}-run`, targetReturn: -1e9 }, quiet);
  const outDir = join(root, 'data');
  const given = { policy: one, outDir, nEnvs: 2, workers: 1, envSteps: 20 };
  await commands.collect(given, quiet);
  await expect(commands.collect({ ...given, policy: other, resume: outDir }, quiet)).rejects.toThrow(
    `--policy ${other}: another than the recording in ${outDir} began with; another recording needs another folder`,
  );
  await commands.collect({ ...given, resume: outDir }, quiet);
});

it('repairs demonstrations of which one file is there alone', async () => {
  const outDir = newDir();
  await commands.demonstrate({ outDir, episodes: 2 }, quiet);
  const before = readFileSync(join(outDir, 'train.npz'));
  rmSync(join(outDir, 'train.npz'));
  writeFileSync(join(outDir, 'normalization.npz'), 'half');
  await commands.demonstrate(goingOn(outDir), quiet);
  expect(readFileSync(join(outDir, 'train.npz')).equals(before)).toBe(true);
  expect(readFileSync(join(outDir, 'normalization.npz'))).toEqual(
    readFileSync(join(data, 'normalization.npz')),
  );
});
