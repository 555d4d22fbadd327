import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readTensors, writeTensors } from '@dppo/checkpoint';
import { scaled, unscaled } from '@dppo/env';
import { unzip, zip } from '@dppo/files';
import { isDiffusion, networkOf, policyOf, readPolicy, stepsOf } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';

import { lerobotParts, recorded, unpacked } from '../../test/others/recorded.ts';
import { importOptions } from './import-options.ts';
import { importPolicy } from './import-policy.ts';
import { plainConfig } from './plain-config.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'theirs-'));
  writeFileSync(
    join(dir, 'robot.mjs'),
    `const env = { obsShape: [5], actionShape: [2], reset: () => new Float32Array(5), step: () => ({ obs: new Float32Array(5), reward: 0, terminated: false, truncated: false }) };
export default () => env;`,
  );
  const backend = tf.getBackend();
  return () => tf.setBackend(backend);
});

/** Imports what lies at `weights` and says what was said. */
async function imported(weights: string, given: object = {}) {
  const out = join(dir, 'policy.safetensors');
  const said: string[] = [];
  const environment = join(dir, 'robot.mjs');
  const options = importOptions.parse({ weights, out, environment, ...given });
  await importPolicy(options, (line) => said.push(line));
  return { ...(await readPolicy(out)), said };
}

/** What the other program computed. */
async function exampleOf(name: string) {
  const { tensors } = await readTensors(recorded(`${name}.example.safetensors`));
  return tensors;
}

/** A folder of lerobot, its files changed by name. */
function lerobot(name: 'lerobot' | 'lerobot-older', changed: Readonly<Record<string, object>> = {}): string {
  for (const part of lerobotParts) {
    if (!existsSync(recorded(`${name}.${part}.gz`))) continue;
    const bytes = unpacked(`${name}.${part}`);
    const { [part]: change } = changed;
    if (change === undefined) writeFileSync(join(dir, part), bytes);
    else
      writeFileSync(
        join(dir, part),
        JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), ...change }),
      );
  }
  return dir;
}

/** A checkpoint of diffusion_policy, a text in it replaced by another of its length. */
async function checkpoint(from = '', to = ''): Promise<string> {
  const path = join(dir, 'epoch=0003.ckpt');
  const files = await unzip(unpacked('diffusion-policy.ckpt'));
  const name = [...files.keys()].find((each) => each.endsWith('data.pkl')) ?? '';
  const pickle = Buffer.from(files.get(name) ?? []);
  const at = pickle.indexOf(from);
  if (at < 0 || to.length !== from.length) throw new Error(`${from}: not there, or not as long as ${to}`);
  pickle.write(to, at, 'latin1');
  writeFileSync(path, await zip([...files.set(name, pickle)]));
  return path;
}

/** The largest difference of our chunk in the robot's units from theirs, in parts of the range of each action. */
async function offBy(
  policy: Awaited<ReturnType<typeof imported>>,
  { obs, noise, action }: Readonly<Record<string, tf.Tensor>>,
): Promise<number> {
  const { spec, params } = policy;
  if (!isDiffusion(spec)) throw new Error(spec.network.kind);
  const { obsMin, obsMax, actionMin, actionMax } = spec.bounds;
  const state = tf.tensor(scaled(obs.dataSync<'float32'>(), obsMin, obsMax), obs.shape);
  const draws = stepsOf(spec.sampler) + 1;
  const [given, rows, horizonSteps, actionDim] = noise.shape;
  // The step that ends the chain adds none.
  const rest = tf.zeros<tf.Rank.R4>([Math.max(draws - given, 0), rows, horizonSteps, actionDim]);
  const padded = noise
    .slice(0, Math.min(given, draws))
    .concat(rest)
    .as4D(draws, rows, horizonSteps, actionDim);
  const chunk = policyOf({ spec, params }).best(params, { state }, padded);
  const ours = unscaled(
    chunk.slice([0, 0], [-1, spec.task.actSteps]).dataSync<'float32'>(),
    actionMin,
    actionMax,
  );
  const widths = tf.tensor1d([...actionMax]).sub(tf.tensor1d([...actionMin]));
  const error = tf.tensor(ours, action.shape).sub(action).div(widths).abs().max().dataSync()[0];
  return error;
}

/** What their network predicts from what it sees. */
async function predicted(policy: Awaited<ReturnType<typeof imported>>, example: tf.NamedTensorMap) {
  const { spec, params } = policy;
  if (!isDiffusion(spec)) throw new Error(spec.network.kind);
  const { condition, x, t } = example;
  const denoise = networkOf(spec.network).apply(params, { state: condition as tf.Tensor3D });
  return denoise(x as tf.Tensor3D, t.as1D());
}

describe('import of lerobot', () => {
  it.each(['lerobot', 'lerobot-older'] as const)('computes what a policy of %s computes', async (name) => {
    const policy = await imported(lerobot(name));
    const example = await exampleOf(name);
    expect(await predicted(policy, example)).toBeAllclose(example.out.dataSync(), { atol: 1e-5 });
    const { obs, noise, action } = example;
    expect(await offBy(policy, { obs, noise, action })).toBeLessThan(1e-5);
    expect(policy.spec.task).toMatchObject({ actSteps: 8, firstAction: 1 });
  });

  it('says what it is, and what it made nothing of', async () => {
    const folder = lerobot('lerobot');
    const path = join(folder, 'model.safetensors');
    const { tensors } = await readTensors(path);
    await writeTensors(path, {
      ...tensors,
      'diffusion.other.weight': tf.zeros([1]),
      'diffusion.other.bias': tf.zeros([1]),
    });
    const { spec, said } = await imported(folder);
    expect(said.slice(1)).toEqual([
      'observations never vary in dimension 2 of the ranges: it is not scaled, but seen as x − min − 1',
      'left out 2 tensors: 2 of diffusion.other',
      `wrote ${join(dir, 'policy.safetensors')}: a policy of lerobot`,
    ]);
    expect(spec.sampler).toEqual({
      kind: 'ddim',
      denoisingSteps: 100,
      ddimSteps: 10,
      eta: 1,
      clipX0: 1,
      direction: 'predicted',
    });
  });

  it.each<[string, Readonly<Record<string, object>>, string]>([
    [
      'images',
      { 'config.json': { input_features: { 'observation.image': { type: 'VISUAL', shape: [3, 96, 96] } } } },
      'sees observation.image, an image, wanted a policy that sees observation.state and',
    ],
    ['another policy', { 'config.json': { type: 'act' } }, 'a policy of type "act", wanted "diffusion"'],
    ['a missing number', { 'config.json': { horizon: undefined } }, 'config.json: horizon: Invalid input'],
    [
      'weights of other shapes',
      { 'config.json': { kernel_size: 5 } },
      'diffusion.unet.down_modules.0.0.conv1.block.0.weight is [16,2,3], wanted [16,2,5]',
    ],
    [
      'a level that there is no weight of',
      { 'config.json': { down_dims: [16, 32, 64] } },
      'diffusion.unet.down_modules.2.0.conv1.block.0.weight is missing, wanted [64,32,3]',
    ],
    [
      'other groups',
      { 'config.json': { n_groups: 4 } },
      'n_groups 4, wanted 8, which their last convolution has in any case',
    ],
    [
      'channels that are no multiples',
      { 'config.json': { down_dims: [16, 40] } },
      'down_dims [16, 40], wanted multiples of the first, 16',
    ],
    [
      'another schedule',
      { 'config.json': { beta_schedule: 'linear' } },
      'noise_scheduler.beta_schedule is "linear", wanted "squaredcos_cap_v2"',
    ],
    [
      'another prediction',
      { 'config.json': { prediction_type: 'v_prediction' } },
      'noise_scheduler.prediction_type is "v_prediction", wanted "epsilon" or "sample"',
    ],
    [
      'DDPM in fewer steps',
      { 'config.json': { noise_scheduler_type: 'DDPM' } },
      'num_inference_steps 10 of 100 by DDPM, wanted all of them, or --ddim-steps, which takes fewer by DDIM',
    ],
    [
      'times that are not ours',
      { 'config.json': { num_inference_steps: 16 } },
      'num_inference_steps 16 of 100 by DDIM, wanted a divisor',
    ],
    [
      'a step that changes what is seen',
      { 'policy_preprocessor.json': { steps: [{ registry_name: 'delta_processor', config: {} }] } },
      'policy_preprocessor.json: has a delta_processor, wanted normalizer_processor alone',
    ],
    [
      'renamed observations',
      {
        'policy_preprocessor.json': {
          steps: [{ registry_name: 'rename_observations_processor', config: { rename_map: { a: 'b' } } }],
        },
      },
      'has a rename_observations_processor that renames',
    ],
    [
      'a file of another folder',
      {
        'policy_preprocessor.json': {
          steps: [
            {
              registry_name: 'normalizer_processor',
              config: { norm_map: {}, eps: 0 },
              state_file: '../model.safetensors',
            },
          ],
        },
      },
      'names the file "../model.safetensors", wanted one of its own folder',
    ],
  ])('refuses %s and writes nothing', async (_, changed, message) => {
    await expect(imported(lerobot('lerobot', changed))).rejects.toThrow(message);
    expect(existsSync(join(dir, 'policy.safetensors'))).toBe(false);
  });

  it('refuses a folder without what it normalises by, or of another program', async () => {
    const folder = lerobot('lerobot');
    rmSync(join(folder, 'policy_preprocessor.json'));
    await expect(imported(folder)).rejects.toThrow(
      'neither policy_preprocessor.json (lerobot 0.4 and later)',
    );
    rmSync(join(folder, 'config.json'));
    await expect(imported(folder)).rejects.toThrow(`${folder}: no config.json in it`);
  });

  it('scales by quantiles, and by nothing, where its processors do', async () => {
    const folder = lerobot('lerobot');
    const [file, stats] = [lerobotParts[2], lerobotParts[3]].map((part) => join(folder, part));
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replace('"STATE": "MIN_MAX"', '"STATE": "QUANTILES"')
        .replace('"ENV": "MEAN_STD"', '"ENV": "IDENTITY"'),
    );
    const { tensors } = await readTensors(stats);
    const [q01, q99] = [
      [-1, 2, 5],
      [3, 3, 5],
    ].map((values) => tf.tensor1d(values));
    await writeTensors(stats, {
      ...tensors,
      'observation.state.q01': q01,
      'observation.state.q99': q99,
    });
    const { obsMin, obsMax } = (await imported(folder)).spec.bounds;
    expect(obsMin).toEqual([-1, 2, 5, -1, -1]);
    // What never varies is as it is, the others a millionth shorter.
    expect(obsMax).toBeAllclose([3, 3, 5, 1, 1], { atol: 1.1e-6, rtol: 0 });
    expect(scaled(Float32Array.of(1, 2.5, 5, 0.25, -0.5), obsMin, obsMax)).toBeAllclose(
      [0, 0, -1, 0.25, -0.5],
      { atol: 1e-6 },
    );
  });

  it('takes DDIM in steps of its own in place of theirs', async () => {
    const folder = lerobot('lerobot', { 'config.json': { num_inference_steps: 16 } });
    const { spec } = await imported(folder, { ddimSteps: 20, eta: 0.5, actSteps: 4 });
    expect(spec.sampler).toMatchObject({ ddimSteps: 20, eta: 0.5, direction: 'predicted' });
    expect(spec.task).toMatchObject({ actSteps: 4, firstAction: 1 });
  });

  it.each([
    [{ ddimSteps: 200 }, '--ddim-steps: found 200, wanted at most 100, the denoising steps'],
    [{ denoisingSteps: 50 }, '--denoising-steps: found 50, wanted it left out: '],
    [{ activation: 'relu' }, '--activation: found "relu", wanted it left out: '],
    [
      { actSteps: 16 },
      '--act-steps: found 16, wanted at most 15, what is left of a chunk from the present on',
    ],
    [{ environment: 'avoid' }, 'found ranges of 5 and 2 numbers, wanted 4 and 2 for avoid'],
  ])('refuses %j', async (given, message) => {
    await expect(imported(lerobot('lerobot'), given)).rejects.toThrow(message);
    expect(existsSync(join(dir, 'policy.safetensors'))).toBe(false);
  });
});

describe('import of diffusion_policy', () => {
  it.each([
    ['ddpm', {}],
    ['ddim', { ddimSteps: 5 }],
  ])('computes what its policy computes by %s, of the moving average', async (kind, given) => {
    const policy = await imported(await checkpoint(), given);
    const example = await exampleOf('diffusion-policy');
    expect(await predicted(policy, example)).toBeAllclose(example.out.dataSync(), { atol: 1e-5 });
    const { obs, noise, [`action.${kind}`]: action } = example;
    expect(await offBy(policy, { obs, noise, action })).toBeLessThan(1e-5);
    expect(policy.spec.task).toMatchObject({ actSteps: 8, firstAction: 1 });
    expect(policy.said.at(-1)).toContain('a policy of diffusion_policy, its moving average');
  });

  it.each([
    ['DiffusionUnetLowdimPolicy', 'DiffusionTransformerPolic', 'a transformer, a network that dppo has not'],
    [
      'DiffusionUnetLowdimPolicy',
      'DiffusionUnetImage_Policy',
      'a policy that sees images, which dppo has not',
    ],
    [
      'squaredcos_cap_v2',
      'squaredcos_cap_v3',
      'noise_scheduler.beta_schedule is "squaredcos_cap_v3", wanted',
    ],
    ['DDPMScheduler', 'HeunScheduler', 'HeunScheduler, wanted DDPMScheduler or DDIMScheduler'],
    ['fixed_small', 'fixed_large', 'noise_scheduler.variance_type is "fixed_large", wanted "fixed_small" or'],
    [
      'clip_sample',
      'clip_people',
      'noise_scheduler.clip_people is true, wanted it left out: it is unknown here',
    ],
    [
      'oa_step_convention',
      'ob_step_convention',
      "the scheduler's step is called with ob_step_convention true",
    ],
    ['obs_as_global_cond', 'obs_as_global_cand', 'cfg: policy.obs_as_global_cond: Invalid input'],
    [
      'model.mid_modules.0.blocks.0.block.0.bias',
      'model.mid_modules.0.blocks.0.block.0.bia5',
      'block.0.bias is missing, wanted [32]',
    ],
    [
      'normalizer.params_dict.obs.scale',
      'normalizer.params_dict.obs.scal3',
      'normalizer.params_dict.obs.scale is missing, wanted [5]',
    ],
  ])('refuses a checkpoint with %s called %s, and writes nothing', async (from, to, message) => {
    await expect(imported(await checkpoint(from, to))).rejects.toThrow(message);
    expect(existsSync(join(dir, 'policy.safetensors'))).toBe(false);
  });

  it('reads a .ckpt of another program by the names of its weights', async () => {
    const path = join(dir, 'lightning.ckpt');
    writeFileSync(
      path,
      readFileSync(new URL('../../../../packages/checkpoint/test/values.pt', import.meta.url)),
    );
    await expect(imported(path)).rejects.toThrow('--normalization is missing: only policies of');
  });
});

const node = (value: unknown) => ({
  made: 'omegaconf.nodes.AnyNode',
  args: [],
  parts: [new Map([['_val', value]])],
});

describe('plainConfig', () => {
  it('ends with a configuration that holds itself', () => {
    const own: unknown[] = [];
    own.push(own, own);
    expect(() => plainConfig(new Map([['a', own]]))).toThrow(
      'the configuration holds more than 100000 values',
    );
  });

  it('is what an OmegaConf holds, and the name of any other object', () => {
    const list = {
      made: 'omegaconf.listconfig.ListConfig',
      args: [],
      parts: [new Map([['_content', [node(1), node('b')]]])],
    };
    const path = { made: 'pathlib.PosixPath', args: ['a'], parts: [] };
    expect(
      plainConfig(
        new Map<string, unknown>([
          ['list', list],
          ['path', path],
          ['none', node(null)],
        ]),
      ),
    ).toEqual({
      list: [1, 'b'],
      path: 'pathlib.PosixPath',
      none: null,
    });
  });
});
