import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatTensors, parseTensors } from '@dppo/checkpoint';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noisyFlow, smallFlow, smallGaussian, smallMlp, smallUnet } from '../test/specs.ts';
import { networkOf, policyOf } from './build.ts';
import { formatPolicy, parsePolicy, readPolicy, writePolicy } from './file.ts';
import { readHead } from './head.ts';
import { formatSpec, parseSpec } from './spec-text.ts';
import type { PolicySpec } from './spec.ts';

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const fixture = (name: string): string => fileURLToPath(new URL(`../test/${name}`, import.meta.url));
const newPath = (): string => join(mkdtempSync(join(tmpdir(), 'policy-')), 'policy.safetensors');
const init = ({ network }: PolicySpec, seed: number): tf.NamedTensorMap => networkOf(network).init(seed);
const values = (tensors: tf.NamedTensorMap = {}): unknown[] =>
  Object.entries(tensors).map(([name, tensor]) => [name, tensor.shape, tensor.dataSync()]);

/** A policy for the model that lies there. */
const at = (place: string): PolicySpec => ({
  ...smallUnet,
  task: { ...smallUnet.task, kind: 'mjcf', path: place },
});

/** A file with this description and the weights of a small MLP, some of them replaced. */
function file(dppo: string | undefined, changed: tf.NamedTensorMap = {}): Uint8Array {
  const named = Object.entries({ ...init(smallMlp, 1), ...changed }).map(([name, value]) => [
    `actor.${name}`,
    value,
  ]);
  return formatTensors(Object.fromEntries(named), dppo === undefined ? {} : { dppo });
}

describe('a policy', () => {
  it.each(Object.entries({ smallMlp, smallUnet, smallFlow, smallGaussian }))(
    'comes back from bytes and from a file as it was: %s',
    async (_, spec) => {
      const [params, frozen] = [init(spec, 1), init(spec, 2)];
      const path = newPath();
      await writePolicy(path, { spec, params, frozen });
      expect(await readHead(path)).toEqual({ spec, fineTuned: true });
      expect(readdirSync(join(path, '..'))).toEqual(['policy.safetensors']);
      for (const read of [await readPolicy(path), parsePolicy(formatPolicy({ spec, params, frozen }))]) {
        expect(read.spec).toEqual(spec);
        expect(values(read.params)).toEqual(values(params));
        expect(values(read.frozen)).toEqual(values(frozen));
      }
    },
  );

  it('keeps the weights of a noise that it learns, and has no other', () => {
    const frozen = init(noisyFlow, 1);
    const params = policyOf({ spec: noisyFlow, params: frozen }).init(2);
    const read = parsePolicy(formatPolicy({ spec: noisyFlow, params, frozen }));
    expect(read.spec).toEqual(noisyFlow);
    expect(values(read.params)).toEqual(values(params));
    const first = 'noise.mlp_logvar.moduleList.0.linear_1.weight';
    expect(() => formatPolicy({ spec: noisyFlow, params: frozen })).toThrow(
      `policy: ${first} is missing, wanted [6,8]`,
    );
    expect(() => formatPolicy({ spec: smallFlow, params })).toThrow(
      `policy: ${first} is not a weight of a mlp policy like this`,
    );
  });

  it('keeps the weights of an η that it learns, and has no other', () => {
    const eta = { kind: 'state', hidden: [6], base: 0.4, min: 0.1, max: 1 } as const;
    const sampler = { kind: 'ddim', denoisingSteps: 5, ddimSteps: 3, eta } as const;
    const spec = { ...smallMlp, sampler };
    const frozen = init(spec, 1);
    const params = policyOf({ spec, params: frozen }).init(2);
    const bytes = formatPolicy({ spec, params, frozen });
    const read = parsePolicy(bytes);
    expect(read.spec).toEqual(spec);
    expect(values(read.params)).toEqual(values(params));
    expect(values(read.frozen)).toEqual(values(frozen));
    const first = 'eta.mlp_res.moduleList.0.linear_1.weight';
    expect(() => formatPolicy({ spec, params: frozen })).toThrow(`policy: ${first} is missing, wanted [6,4]`);
    expect(() => formatPolicy({ spec: smallMlp, params })).toThrow(
      `policy: ${first} is not a weight of a mlp policy like this`,
    );
    expect(() => formatPolicy({ spec, params, frozen: params })).toThrow(
      `policy: ${first} is not a weight of a mlp policy like this`,
    );
    const outside = { ...spec, sampler: { ...sampler, eta: { ...eta, base: 1.5 } } };
    expect(() => formatPolicy({ spec: outside, params })).toThrow(
      'policy: etaState: min 0.1, base 1.5, max 1, wanted 0 ≤ min ≤ base ≤ max and min < max',
    );
  });

  it('keeps its module or model relative to its file, and finds it from there', async () => {
    const path = newPath();
    const model = join(path, '../../models/robot.xml');
    await writePolicy(path, { spec: at(model), params: init(smallUnet, 1) });
    expect(parsePolicy(readFileSync(path)).spec).toEqual(at(join('..', 'models', 'robot.xml')));
    expect((await readPolicy(path)).spec).toEqual(at(model));
    expect((await readHead(path)).spec).toEqual(at(model));
  });

  it('has no frozen weights where none were written', () => {
    const read = parsePolicy(formatPolicy({ spec: smallMlp, params: init(smallMlp, 1) }));
    expect(read).not.toHaveProperty('frozen');
  });

  it('is read from an ArrayBuffer as from its bytes, and from a checkpoint of training, whose other tensors are freed', () => {
    const params = init(smallMlp, 1);
    const named = Object.entries(params).map(([name, value]) => [`actor.${name}`, value]);
    const bytes = formatTensors(Object.fromEntries([...named, ['critic.weight', tf.zeros([2])]]), {
      dppo: formatSpec(smallMlp, 'policy'),
      training: '{}',
    });
    const before = tf.memory().numTensors;
    const read = parsePolicy(bytes.buffer);
    expect(values(read.params)).toEqual(values(params));
    expect(tf.memory().numTensors).toBe(before + named.length);
  });
});

describe('parsePolicy', () => {
  const about = formatSpec(smallMlp, 'policy');
  it.each<[string, () => Uint8Array, string]>([
    ['no file of tensors', () => new TextEncoder().encode('PAR1 and so on'), 'is a Parquet file'],
    [
      'tensors alone',
      () => file(undefined),
      'no description of a policy in it, wanted a file written by dppo',
    ],
    ['a description that is not JSON', () => file('{'), 'the description of the policy is not JSON'],
    ['a description that is none', () => file('null'), '✖ Invalid input'],
    [
      'a later format',
      () => file(about.replace('"format":2', '"format":3')),
      'described in format 3, wanted 2 or one before; was it written by a later version?',
    ],
    ['a key that is none', () => file(about.replace('"bounds"', '"bound"')), '✖ Unrecognized key: "bound"'],
    [
      'options that do not fit together',
      () => file(about.replace('"timeDim":4', '"timeDim":5')),
      'denoiserMlp: timeDim 5, wanted an even number ≥ 4',
    ],
    [
      'a weight of another shape',
      () => file(about, { 'mlp_mean.layers.2.bias': tf.zeros([9]) }),
      'mlp_mean.layers.2.bias is [9], wanted [8]',
    ],
    [
      'a network of a million million weights',
      () => file(about.replace('"hidden":[8,8,8]', `"hidden":[${2 ** 20},${2 ** 20},${2 ** 20}]`)),
      'mlp_mean.layers.0.weight is [8,16], wanted [1048576,16]',
    ],
    [
      'more layers than weights',
      () => file(about.replace('"hidden":[8,8,8]', `"hidden":[${'8,'.repeat(2000)}8]`)),
      '2001 layers are described, found 12 weights',
    ],
    [
      'more values than descriptions have',
      () => file(about.replace('"hidden":[8,8,8]', `"hidden":[${'"",'.repeat(100_000)}""]`)),
      'the description of the policy is JSON of more than 100000 values',
    ],
    [
      'a schedule of a million million steps',
      () => file(about.replace(/"denoisingSteps":\d+/, '"denoisingSteps":1000000000000')),
      '✖ Too big: expected number to be <=10000',
    ],
    [
      'a weight of whole numbers',
      () => file(about, { 'mlp_mean.layers.2.bias': tf.zeros([8], 'int32') }),
      'mlp_mean.layers.2.bias is int32, wanted float32',
    ],
    [
      'a weight that is not a number',
      () => file(about, { 'mlp_mean.layers.2.bias': tf.tensor1d(new Float32Array(8).fill(NaN)) }),
      'mlp_mean.layers.2.bias has NaN in it, wanted finite numbers',
    ],
    [
      'a weight of whole numbers',
      () => file(about, { 'mlp_mean.layers.2.bias': tf.zeros([8], 'int32') }),
      'mlp_mean.layers.2.bias is int32, wanted float32',
    ],
    [
      'a weight of truth values',
      () => file(about, { 'mlp_mean.layers.2.bias': tf.zeros([8], 'bool') }),
      'mlp_mean.layers.2.bias is bool, wanted float32',
    ],
    [
      'a weight too many',
      () => file(about, { logvar: tf.zeros([2]) }),
      'logvar is not a weight of a mlp policy like this',
    ],
    [
      'a weight missing',
      () => formatTensors({ 'actor.mlp_mean.layers.2.bias': tf.zeros([8]) }, { dppo: about }),
      'time_embedding.1.weight is missing, wanted [8,4]',
    ],
    [
      'weights as PyTorch has them, where `actor.` is the frozen network',
      () => {
        const { tensors, metadata } = parseTensors(file(about));
        return formatTensors({ ...tensors, 'actor_ft.logvar': tf.zeros([2]) }, metadata);
      },
      'weights as dppo export writes them, wanted a policy; dppo import makes one of them',
    ],
    [
      'frozen weights of another network',
      () => {
        const { tensors, metadata } = parseTensors(file(about));
        return formatTensors({ ...tensors, 'frozen.logvar': tf.zeros([2]) }, metadata);
      },
      'time_embedding.1.weight is missing, wanted [8,4]',
    ],
  ])('refuses %s, by the name that it is given, and keeps no tensor', (_, make, message) => {
    const bytes = make();
    const before = tf.memory().numTensors;
    expect(() => parsePolicy(bytes, 'upload')).toThrow(`upload: ${message}`);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('writePolicy', () => {
  it('writes nothing that readPolicy would refuse, and keeps the old file', async () => {
    const path = newPath();
    writeFileSync(path, 'old');
    const { logvar, ...params } = init(smallGaussian, 1);
    await expect(writePolicy(path, { spec: smallGaussian, params })).rejects.toThrow(
      `policy ${path}: logvar is missing, wanted [${logvar.shape.join()}]`,
    );
    const spec = { ...smallGaussian, task: { ...smallGaussian.task, actSteps: 9 } };
    await expect(writePolicy(path, { spec, params: { ...params, logvar } })).rejects.toThrow(
      `policy ${path}: ✖ found 9, wanted at most network.horizonSteps, 4`,
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describe.each([
  ['readPolicy', readPolicy],
  ['readHead', readHead],
])('%s', (_, read) => {
  it('names the file that is not there or is none', async () => {
    const path = newPath();
    await expect(read(path)).rejects.toThrow(new Error(`policy ${path}: no such file`));
    writeFileSync(path, '');
    await expect(read(path)).rejects.toThrow(
      new Error(`policy ${path}: is empty, wanted a safetensors file`),
    );
    writeFileSync(path, file('{'));
    await expect(read(path)).rejects.toThrow(`policy ${path}: the description of the policy is not JSON`);
  });
});

describe('parseSpec', () => {
  it('reads what formatSpec wrote, with the number of the format first', () => {
    const text = formatSpec(smallUnet, 'policy');
    expect(text).toMatch(/^\{"format":2,/);
    expect(parseSpec(text, 'policy')).toEqual(smallUnet);
  });
});

describe('a file of the first format', () => {
  it.each([
    ['pretrained.safetensors', undefined, 3],
    ['fine-tuned.safetensors', 2, 2.5],
  ])('%s is read as it was meant', async (name, ftDenoisingSteps, clipNoise) => {
    const { spec, params, frozen } = await readPolicy(fixture(name));
    expect(spec).toMatchObject({
      network: {
        kind: 'mlp',
        obsDim: 4,
        actionDim: 2,
        condSteps: 1,
        horizonSteps: 4,
        timeDim: 4,
        hidden: [8, 8, 8],
        activation: 'relu',
        residual: true,
        layerNorm: false,
        condHidden: [],
      },
      task: { kind: 'named', name: 'avoid', actSteps: 4, maxEpisodeSteps: 100 },
    });
    expect(spec.sampler).toEqual({
      kind: 'ddpm',
      denoisingSteps: 4,
      ...(ftDenoisingSteps !== undefined && { ftDenoisingSteps }),
      clipX0: 1,
      clipNoise,
    });
    expect(spec.bounds.actionMax).toEqual([0.006301292683929205, 0.009999999776482582]);
    const { tensors } = parseTensors(readFileSync(fixture(name)));
    expect(Object.keys(tensors)).toHaveLength(Object.keys(params).length + Object.keys(frozen ?? {}).length);
    expect(frozen === undefined).toBe(ftDenoisingSteps === undefined);
    for (const [key, value] of Object.entries(params))
      expect(value.dataSync()).toEqual(tensors[`actor.${key}`].dataSync());
  });

  it('is a Gaussian policy where it was one', async () => {
    const { spec } = await readPolicy(fixture('gaussian.safetensors'));
    expect(spec.network).toEqual({
      kind: 'gaussian',
      obsDim: 4,
      actionDim: 2,
      condSteps: 1,
      horizonSteps: 1,
      hidden: [8, 8],
      activation: 'tanh',
      residual: false,
    });
    expect(spec.sampler).toEqual({ kind: 'gaussian', clipNoise: 3 });
  });

  it('comes back the same when it is written again, in the format of today', async () => {
    const old = await readPolicy(fixture('fine-tuned.safetensors'));
    const again = parsePolicy(formatPolicy(old));
    expect(again.spec).toEqual(old.spec);
    expect(values(again.params)).toEqual(values(old.params));
    expect(values(again.frozen)).toEqual(values(old.frozen));
  });
});
