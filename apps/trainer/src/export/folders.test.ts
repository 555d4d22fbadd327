import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readTensors } from '@dppo/checkpoint';
import {
  type DenoiserSpec,
  type DiffusionSpec,
  networkOf,
  readPolicy,
  samplersOf,
  writePolicy,
} from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';

import { lerobotParts, recorded, writeLerobot } from '../../test/others/recorded.ts';
import { smallAvoid } from '../../test/small-policies.ts';
import { importOptions } from '../import/import-options.ts';
import { importPolicy } from '../import/import-policy.ts';
import { exportOptions } from './export-options.ts';
import { exportPolicy } from './export.ts';

const unet = {
  kind: 'unet',
  obsDim: 4,
  actionDim: 2,
  condSteps: 2,
  horizonSteps: 8,
  timeDim: 4,
  dim: 8,
  dimMults: [1, 2],
  kernelSize: 3,
  groups: 8,
  groupNormEpsilon: 1e-5,
  activation: 'mish',
  conditioning: 'film',
  encoderLayers: 1,
  condHidden: [],
} as const;

const { groups: ____, groupNormEpsilon: __, ...normless } = unet;

/** As lerobot has policies. */
const spec: DiffusionSpec = {
  network: unet,
  sampler: { kind: 'ddim', denoisingSteps: 100, ddimSteps: 10, eta: 1, clipX0: 1, direction: 'predicted' },
  bounds: {
    ...smallAvoid.bounds,
    obsMin: [0.2, -0.3, 0.2, -30].map(Math.fround),
    obsMax: [0.8, 0.5, 0.8, 50].map(Math.fround),
    actionMin: [-1, -0.01].map(Math.fround),
    actionMax: [1, 0.01].map(Math.fround),
  },
  task: { kind: 'named', name: 'avoid', actSteps: 6, firstAction: 1, maxEpisodeSteps: 100 },
};

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'folders-'));
  const backend = tf.getBackend();
  return () => tf.setBackend(backend);
});

/** Exports a policy that was never trained to a folder; its path, and what was said. */
async function exported(
  format: 'lerobot' | 'diffusers',
  change: Partial<DiffusionSpec> = {},
  given: object = {},
) {
  const own = { ...spec, ...change };
  const [policy, out] = [join(dir, 'policy.safetensors'), join(dir, format)];
  const params = networkOf(own.network).init(1);
  const frozen = 'ftDenoisingSteps' in own.sampler ? { frozen: networkOf(own.network).init(2) } : {};
  await writePolicy(policy, { spec: own, params, ...frozen });
  const said: string[] = [];
  await exportPolicy(exportOptions.parse({ policy, format, out, ...given }), (line) => said.push(line));
  return { out, params, said };
}

const jsonAt = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));

/** The steps of a processor of lerobot, and their files. */
const stepsIn = (folder: string, name: string) =>
  (jsonAt(folder, name) as { steps: { registry_name: string; state_file?: string }[] }).steps.map(
    ({ registry_name, state_file }) => [registry_name, state_file],
  );

describe('export for lerobot', () => {
  it('writes a folder that the import takes back to the same policy', async () => {
    const { out, params, said } = await exported('lerobot');
    expect(said.slice(1)).toEqual([
      'of an observation 3 numbers are observation.state, the other 1 observation.environment_state',
      `wrote ${out}`,
    ]);
    const back = join(dir, 'back.safetensors');
    const options = { weights: out, out: back, environment: 'avoid', maxEpisodeSteps: 100 };
    await importPolicy(importOptions.parse(options), () => {});
    const read = await readPolicy(back);
    expect(read.spec).toEqual(spec);
    expect(Object.keys(read.params)).toEqual(Object.keys(params));
    for (const [name, weight] of Object.entries(params))
      expect(read.params[name].dataSync()).toEqual(weight.dataSync());
  });

  it("writes of a policy of lerobot the weights, words and ranges that lerobot's own files have", async () => {
    const theirs = join(dir, 'theirs');
    mkdirSync(theirs);
    writeLerobot(theirs);
    writeFileSync(
      join(dir, 'robot.mjs'),
      'export default () => ({ obsShape: [5], actionShape: [2], reset: () => new Float32Array(5), step: () => ({}) });',
    );
    const [policy, out] = [join(dir, 'policy.safetensors'), join(dir, 'ours')];
    const options = { weights: theirs, out: policy, environment: join(dir, 'robot.mjs') };
    await importPolicy(importOptions.parse(options), () => {});
    await exportPolicy(exportOptions.parse({ policy, format: 'lerobot', out, stateSize: 3 }), () => {});
    expect(readdirSync(out).toSorted()).toEqual(lerobotParts.toSorted());
    const [own, known] = [out, theirs].map((folder) => jsonAt(folder, 'config.json')) as object[];
    // Ours scales all by least and largest numbers.
    const { normalization_mapping: ___, ...rest } = own as Record<string, unknown>;
    expect(known).toMatchObject(rest);
    const [mine, model] = await Promise.all(
      [out, theirs].map((folder) => readTensors(join(folder, 'model.safetensors'))),
    );
    expect(Object.keys(mine.tensors).toSorted()).toEqual(Object.keys(model.tensors).toSorted());
    for (const [name, weight] of Object.entries(model.tensors))
      expect(mine.tensors[name].dataSync()).toEqual(weight.dataSync());
    const [mineStats, stats] = await Promise.all(
      [out, theirs].map((folder) => readTensors(join(folder, lerobotParts[5]))),
    );
    for (const end of ['action.min', 'action.max'])
      expect(mineStats.tensors[end].dataSync()).toEqual(stats.tensors[end].dataSync());
    for (const name of [lerobotParts[2], lerobotParts[4]])
      expect(stepsIn(out, name)).toEqual(stepsIn(theirs, name));
  });

  it.each<[string, object, string]>([
    [
      'an MLP',
      { network: smallAvoid.network, task: smallAvoid.task },
      'an MLP has no counterpart in lerobot',
    ],
    ['relu', { network: { ...unet, activation: 'relu' } }, 'a U-Net with relu has no counterpart in lerobot'],
    ['no norms', { network: normless }, 'no group norms'],
    ['another epsilon', { network: { ...unet, groupNormEpsilon: 1e-3 } }, "a group norm's epsilon of 0.001"],
    ['deep encoders', { network: { ...unet, encoderLayers: 3 } }, '3 layers that encode the condition'],
    [
      'short chunks',
      { network: { ...unet, horizonSteps: 6 }, task: { ...spec.task, actSteps: 5 } },
      'wants a multiple of 4',
    ],
    [
      'chunks from the present on',
      { task: { ...spec.task, firstAction: 0 } },
      "is 0, lerobot's is 1 with 2 observations",
    ],
    [
      'the implied noise',
      { sampler: { ...spec.sampler, direction: 'implied' } },
      'which goes on with the predicted one',
    ],
    [
      'bounded actions',
      { sampler: { ...spec.sampler, clipAction: 0.5 } },
      'a bound of the actions that come out (0.5)',
    ],
    [
      'bounded noise',
      { sampler: { ...spec.sampler, clipEpsilon: 2 } },
      'a bound of the noise that goes with',
    ],
    ['times of no stride', { sampler: { ...spec.sampler, ddimSteps: 7 } }, 'DDIM in 7 of 100 steps'],
    [
      'two networks',
      { sampler: { ...spec.sampler, ftDenoisingSteps: 5 } },
      'fine-tuned in its last 5 of 10 steps has two',
    ],
  ])('refuses %s and writes nothing', async (_, change, message) => {
    await expect(exported('lerobot', change)).rejects.toThrow(message);
    expect(readdirSync(dir)).toEqual(['policy.safetensors']);
  });

  it('refuses a state of all numbers', async () => {
    await expect(exported('lerobot', {}, { stateSize: 4 })).rejects.toThrow(
      '--state-size: found 4, wanted 1 to 3',
    );
  });
});

describe('export for diffusers', () => {
  const ddim = { kind: 'ddim', denoisingSteps: 20, ddimSteps: 5, eta: 0, clipX0: 1 } as const;
  it('writes the scheduler and the weights of the reference', async () => {
    const { out, said } = await exported('diffusers', { sampler: ddim });
    expect(jsonAt(out, 'scheduler_config.json')).toEqual({
      _class_name: 'DDIMScheduler',
      _diffusers_version: '0.35.2',
      num_train_timesteps: 20,
      beta_schedule: 'squaredcos_cap_v2',
      clip_sample: true,
      clip_sample_range: 1,
      prediction_type: 'epsilon',
      set_alpha_to_one: true,
      steps_offset: 0,
      timestep_spacing: 'leading',
    });
    const { tensors } = await readTensors(join(out, 'diffusion_pytorch_model.safetensors'));
    expect(Object.keys(tensors).every((name) => name.startsWith('network.'))).toBe(true);
    expect(said.slice(1)).toEqual([
      'its scheduler takes set_timesteps(5), and each step use_clipped_model_output=True',
      `wrote ${out}`,
    ]);
  });

  it.each<[string, DiffusionSpec['sampler']]>([
    ['ddpm', { kind: 'ddpm', denoisingSteps: 6, clipX0: 1 }],
    ['implied', ddim],
    [
      'predicted',
      {
        kind: 'ddim',
        denoisingSteps: 6,
        ddimSteps: 3,
        eta: 0,
        prediction: 'x0',
        clipX0: 0.5,
        direction: 'predicted',
      },
    ],
  ])('writes a scheduler that diffusers goes along the chain of %s with', async (name, sampler) => {
    const { out } = await exported('diffusers', { sampler });
    const { tensors, metadata } = await readTensors(recorded('schedulers.example.safetensors'));
    expect(jsonAt(out, 'scheduler_config.json')).toMatchObject(JSON.parse(metadata[name]) as object);
    const { quiet } = samplersOf({ network: spec.network, sampler });
    const [outputs, noise] = ['outputs', 'noise'].map((each) =>
      tensors[`${name}.${each}`].unstack<tf.Tensor3D>(),
    );
    const end = outputs.reduce(
      (chunk, told, k) => {
        const { mean, std } = quiet.moments(k, told, chunk);
        return mean.add(noise[k].mul(std));
      },
      tensors[`${name}.start`] as tf.Tensor3D,
    );
    expect(end).toBeAllclose(tensors[`${name}.end`].dataSync(), { atol: 1e-5 });
  });

  it('says what DDPM there does not bound', async () => {
    const network: DenoiserSpec = smallAvoid.network;
    const { said } = await exported('diffusers', {
      network,
      sampler: smallAvoid.sampler,
      task: smallAvoid.task,
    });
    expect(said.slice(1, 3)).toEqual([
      'the noise of a step is not bounded there, as here to ±3',
      'its scheduler takes set_timesteps(2)',
    ]);
  });

  it('leaves nothing behind where the folder cannot be made', async () => {
    const out = join(dir, 'taken');
    writeFileSync(out, 'mine');
    await expect(exported('diffusers', {}, { out })).rejects.toThrow(`--out ${out}: could not be written`);
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect(existsSync(join(dir, 'diffusers'))).toBe(false);
    expect(readdirSync(dir).toSorted()).toEqual(['policy.safetensors', 'taken']);
  });
});
