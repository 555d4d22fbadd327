import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import { isEta } from '@dppo/agent';
import { readTorch, writeTensors } from '@dppo/checkpoint';
import { writeNpz } from '@dppo/data';
import {
  type DenoiserSpec,
  type DiffusionSpec,
  type EtaSpec,
  isDiffusion,
  networkOf,
  policyOf,
  readPolicy,
  writePolicy,
} from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';

import { wholeNetwork } from '../policy/whole-network.ts';
import { smallAvoid } from '../../test/small-policies.ts';
import { exportPolicy } from '../export/export.ts';
import { networkOfWeights } from './import-network.ts';
import { importOptions } from './import-options.ts';
import { importPolicy } from './import-policy.ts';
import { readReference, type Weights } from './import-weights.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../../packages/checkpoint/test/${name}`, import.meta.url));

const hopper = { obsDim: 11, actionDim: 3, condSteps: 2, horizonSteps: 4, timeDim: 6 };
const mlp = { kind: 'mlp', ...hopper, hidden: [8, 8, 8] } as const;
const unet = { kind: 'unet', ...hopper, dim: 8, dimMults: [1, 2] } as const;

const quiet = (): void => {};
let dir = '';
let backend = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'import-'));
  backend = tf.getBackend();
  return () => tf.setBackend(backend);
});

const range = (length: number, value: number) => ({
  shape: [length],
  data: new Float32Array(length).fill(value),
});

/** Imports with ranges of so many numbers. */
async function imported(
  weights: string,
  sizes: readonly number[],
  given: object = {},
  say: (line: string) => void = quiet,
): Promise<string> {
  const [obsDim, actionDim] = sizes;
  const normalization = join(dir, 'normalization.npz');
  await writeNpz(normalization, {
    obs_min: range(obsDim, -2),
    obs_max: range(obsDim, 2),
    action_min: range(actionDim, -1),
    action_max: range(actionDim, 1),
  });
  const out = join(dir, 'policy.safetensors');
  await importPolicy(importOptions.parse({ weights, normalization, out, ...given }), say);
  return out;
}

/** An example that the reference's network computed. */
async function example(path: string) {
  const file = await readTorch(path);
  const [x, t, state, out] = ['x', 't', 'state', 'out'].map((name) => {
    const tensor = file.get(`example.${name}`);
    return tf.tensor(Float32Array.from(tensor?.values() ?? [], Number), [...(tensor?.shape ?? [])]);
  });
  return { x: x as tf.Tensor3D, t: t.toInt().as1D(), state: state as tf.Tensor3D, out };
}

const tensorsOf = (weights: Weights): tf.NamedTensorMap =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => [
      name,
      tf.tensor(Float32Array.from(values(), Number), [...shape]),
    ]),
  );

const replacedName = 'time_embedding.1.bias';

/** The weights of mlp.pt as .npz or safetensors, one of them replaced. */
async function changed(kind: string, data: Float32Array | Int32Array): Promise<string> {
  const { actor } = await readReference(fixture('mlp.pt'));
  const arrays = Object.entries(actor).map(([name, { shape, values }]) => {
    const replaced = name === replacedName ? data : Float32Array.from(values(), Number);
    return [`network.${name}`, { shape, data: replaced }] as const;
  });
  const path = join(dir, `changed.${kind}`);
  if (kind === 'npz') await writeNpz(path, Object.fromEntries(arrays));
  else {
    const tensors = arrays.map(([name, { shape, data: values }]) => [name, tf.tensor(values, [...shape])]);
    await writeTensors(path, Object.fromEntries(tensors));
  }
  return path;
}

/** A fine-tuned checkpoint with these weights of η. */
async function withEta(arrays: Parameters<typeof writeNpz>[1]): Promise<string> {
  const { actor, frozen = {} } = await readReference(fixture('fine-tuned.pt'));
  const path = join(dir, 'eta.npz');
  const own = Object.entries({ actor: frozen, actor_ft: actor }).flatMap(([group, weights]) =>
    Object.entries(weights).map(([name, { shape, values }]) => [
      `${group}.${name}`,
      { shape, data: Float32Array.from(values(), Number) },
    ]),
  );
  await writeNpz(path, { ...Object.fromEntries(own), ...arrays });
  return path;
}

const avoid = { environment: 'avoid', ftDenoisingSteps: 3 };
const logit = (...values: number[]) => ({
  'eta.eta_logit': { shape: [values.length], data: Float32Array.from(values) },
});

describe('import', () => {
  it('makes an MLP that gives what it gave in PyTorch, the moving average of a pre-trained policy', async () => {
    const policy = await imported(fixture('mlp.pt'), [11, 3], { activation: 'gelu' });
    const { spec, params, frozen } = await readPolicy(policy);
    expect(spec.network).toEqual({
      kind: 'mlp',
      obsDim: 11,
      actionDim: 3,
      condSteps: 1,
      horizonSteps: 4,
      timeDim: 8,
      hidden: [24, 20],
      activation: 'gelu',
      outActivation: 'identity',
      residual: false,
      layerNorm: true,
      condHidden: [],
    });
    expect(spec.sampler).toEqual({ kind: 'ddpm', denoisingSteps: 20, clipX0: 1, clipNoise: 3 });
    expect(frozen).toBeUndefined();
    if (!isDiffusion(spec)) throw new Error(spec.network.kind);
    const { x, t, state, out } = await example(fixture('mlp.pt'));
    const predicted = networkOf(spec.network).apply(params, { state })(x, t);
    expect(predicted).toBeAllclose(out.dataSync(), { atol: 1e-5 });
  });

  it('reads a U-Net off its weights, which gives what it gave in PyTorch', async () => {
    const path = join(dir, 'unet.pt');
    writeFileSync(path, gunzipSync(readFileSync(fixture('unet.pt.gz'))));
    const { actor } = await readReference(path);
    const network = networkOfWeights(actor, {
      obsDim: 5,
      actionDim: 3,
      horizonSteps: 8,
      activation: 'relu',
      normGroups: 2,
    });
    expect(network).toEqual({
      kind: 'unet',
      obsDim: 5,
      actionDim: 3,
      condSteps: 1,
      horizonSteps: 8,
      timeDim: 6,
      activation: 'relu',
      dim: 4,
      dimMults: [1, 2],
      kernelSize: 3,
      groups: 2,
      groupNormEpsilon: 1e-5,
      conditioning: 'film',
      encoderLayers: 1,
      condHidden: [],
    });
    const { x, t, state, out } = await example(path);
    const params = tensorsOf(actor);
    expect(networkOf(network).apply(params, { state })(x, t)).toBeAllclose(out.dataSync(), {
      atol: 1e-5,
    });
  });

  it.each<[DenoiserSpec, object]>([
    [
      { ...mlp, activation: 'elu', outActivation: 'tanh' },
      { activation: 'elu', outActivation: 'tanh' },
    ],
    [{ ...mlp, residual: false, hidden: [7, 9], activation: 'softplus' }, { activation: 'softplus' }],
    [{ ...mlp, condHidden: [6, 5], layerNorm: true, activation: 'identity' }, { activation: 'identity' }],
    [{ ...unet, groups: 8, conditioning: 'film' }, {}],
    [
      {
        ...unet,
        groups: 4,
        groupNormEpsilon: 1e-4,
        condHidden: [6, 5],
        encoderLayers: 3,
        activation: 'relu',
      },
      { normGroups: 4, groupNormEpsilon: 1e-4, activation: 'relu' },
    ],
    [{ ...unet, dimMults: [1, 2, 3], kernelSize: 3, encoderLayers: 1 }, {}],
  ])('reads %o off its weights, with %o', async (network, given) => {
    const weights = join(dir, 'weights.safetensors');
    const saved = Object.entries(networkOf(network).init(1)).map(([name, weight]) => [
      `network.${name}`,
      weight,
    ]);
    await writeTensors(weights, Object.fromEntries(saved));
    const path = await imported(weights, [11, 3], { ...given, horizonSteps: network.horizonSteps });
    const { spec, params } = await readPolicy(path);
    expect(spec.network).toEqual(wholeNetwork(network));
    expect(Object.keys(params)).toHaveLength(saved.length);
  });

  it('keeps what is told of the sampler', async () => {
    const told = {
      environment: 'avoid',
      denoisingSteps: 100,
      ftDenoisingSteps: 5,
      ddimSteps: 5,
      predictEpsilon: false,
      denoisedClipValue: null,
      finalActionClipValue: 1.5,
    };
    const { spec } = await readPolicy(await imported(fixture('fine-tuned.pt'), [4, 2], told));
    expect(spec.sampler).toEqual({
      kind: 'ddim',
      denoisingSteps: 100,
      ftDenoisingSteps: 5,
      prediction: 'x0',
      ddimSteps: 5,
      eta: 1,
      clipNoise: 3,
      clipAction: 1.5,
    });
  });

  it('keeps the fine-tuned and the frozen network of a fine-tuned policy, which acts', async () => {
    const weights = fixture('fine-tuned.pt');
    const path = await imported(weights, [4, 2], { environment: 'avoid', ftDenoisingSteps: 3 });
    const policy = await readPolicy(path);
    expect(policy.spec.network).toMatchObject({ hidden: [6, 6, 6], horizonSteps: 4 });
    expect(policy.spec.sampler).toMatchObject({ ftDenoisingSteps: 3 });
    const file = await readTorch(weights);
    for (const [group, saved] of [
      ['params', 'actor_ft'],
      ['frozen', 'actor'],
    ] as const) {
      for (const [name, tensor] of Object.entries(policy[group] ?? {})) {
        expect(tensor.dataSync()).toEqual(file.get(`model.${saved}.${name}`)?.values());
      }
    }
    const acting = policyOf(policy);
    const obs = { state: tf.zeros([2, 1, 4]) };
    const action = acting.best(policy.params, obs, tf.ones([acting.draws, 2, 4, 2]));
    expect(action.shape).toEqual([2, 4, 2]);
    expect(action.abs().max().dataSync()[0]).toBeLessThanOrEqual(1);
  });

  it.each([
    [{}, { ftDenoisingSteps: 10 }],
    [{ denoisingSteps: 4 }, { ftDenoisingSteps: 4 }],
    [{ ddimSteps: 5 }, { ftDenoisingSteps: 5 }],
  ])('takes ten steps, or all of fewer, for fine-tuned: %j', async (given, expected) => {
    const path = await imported(fixture('fine-tuned.pt'), [4, 2], { environment: 'avoid', ...given });
    expect((await readPolicy(path)).spec.sampler).toMatchObject(expected);
  });

  it('refuses fine-tuned steps of a policy that is not', async () => {
    const policy = imported(fixture('mlp.pt'), [11, 3], { activation: 'gelu', ftDenoisingSteps: 3 });
    await expect(policy).rejects.toThrow(
      /--ft-denoising-steps: found 3, wanted it left out: .*mlp.pt is of a/,
    );
    expect(existsSync(join(dir, 'policy.safetensors'))).toBe(false);
  });

  it('refuses what is a policy already', async () => {
    const path = await imported(fixture('fine-tuned.pt'), [4, 2], {
      environment: 'avoid',
      ftDenoisingSteps: 3,
    });
    await expect(readReference(path)).rejects.toThrow(
      `${path}: a policy of dppo already, wanted weights of another program`,
    );
  });

  it('reads weights of an npz by the same names', async () => {
    const { actor } = await readReference(fixture('mlp.pt'));
    const weights = join(dir, 'weights.npz');
    await writeNpz(
      weights,
      Object.fromEntries(
        Object.entries(actor).map(([name, { shape, values }]) => [
          `network.${name}`,
          { shape, data: Float32Array.from(values(), Number) },
        ]),
      ),
    );
    const { params: read } = await readPolicy(await imported(weights, [11, 3], { activation: 'gelu' }));
    for (const [name, { values }] of Object.entries(actor)) expect(read[name].dataSync()).toEqual(values());
  });

  it.each([
    ['parallel', (name: string) => `module.network.${name}`],
    ['compiled', (name: string) => `network._orig_mod.${name}`],
    [
      'compiled in part, averaged and saved by a trainer',
      (name: string) => `state_dict.module.ema.network.${name.replace('mlp_mean.', 'mlp_mean._orig_mod.')}`,
    ],
  ])('reads the weights of a network that was %s', async (_, wrapped) => {
    const { actor } = await readReference(fixture('mlp.pt'));
    const path = join(dir, 'wrapped.npz');
    const arrays = Object.entries(actor).map(([name, { shape, values }]) => [
      wrapped(name),
      { shape, data: Float32Array.from(values(), Number) },
    ]);
    await writeNpz(path, Object.fromEntries(arrays));
    const read = await readReference(path);
    expect(Object.keys(read.actor).toSorted()).toEqual(Object.keys(actor).toSorted());
    for (const [name, { values }] of Object.entries(actor))
      expect(read.actor[name].values()).toEqual(values());
  });

  it.each(['ema_model.', 'ema.ema_model.'])('takes the moving average that is called %s', async (place) => {
    const { actor } = await readReference(fixture('mlp.pt'));
    const path = join(dir, 'averaged.npz');
    const arrays = Object.entries(actor).flatMap(([name, { shape, values }]) => {
      const data = Float32Array.from(values(), Number);
      return [
        [`${place}network.${name}`, { shape, data }],
        [`model.network.${name}`, { shape, data: data.map(() => 0) }],
      ] as const;
    });
    await writeNpz(path, Object.fromEntries(arrays));
    const read = await readReference(path);
    for (const [name, { values }] of Object.entries(actor))
      expect(read.actor[name].values()).toEqual(values());
    expect(read.leftOut).toEqual(Object.keys(actor).map((name) => `model.network.${name}`));
  });

  it('says which tensors it left out, and which it rounded', async () => {
    const { actor } = await readReference(fixture('mlp.pt'));
    const path = join(dir, 'wide.npz');
    const arrays = Object.entries(actor).map(([name, { shape, values }], i) => {
      const numbers = Array.from(values(), Number);
      return [
        `network.${name}`,
        { shape, data: i === 0 ? Float64Array.from(numbers) : Float32Array.from(numbers) },
      ];
    });
    const other = { shape: [1], data: Float32Array.of(1) };
    await writeNpz(path, { ...Object.fromEntries(arrays), 'critic.Q.weight': other, 'critic.Q.bias': other });
    const said: string[] = [];
    await imported(path, [11, 3], { activation: 'gelu' }, (line) => said.push(line));
    expect(said.slice(1, 3)).toEqual([
      'left out 2 tensors: 2 of critic.Q',
      'rounded 1 tensors of float64 to float32',
    ]);
  });

  it('refuses weights that differ in their wrappers alone', async () => {
    const one = { shape: [1], data: Float32Array.of(1) };
    const path = join(dir, 'two.npz');
    await writeNpz(path, { 'module.network.a': one, 'network.a': one });
    await expect(readReference(path)).rejects.toThrow(
      `${path}: found both module.network.a and network.a, wanted one of them`,
    );
  });

  it.each(['npz', 'safetensors'])(
    'refuses weights of a .%s that are not finite or of whole numbers, by name',
    async (kind) => {
      for (const [data, message] of [
        [new Float32Array(16).fill(NaN, 15), `${replacedName} has NaN in it, wanted finite numbers`],
        [
          new Float32Array(16).fill(-Infinity, 3),
          `${replacedName} has -Infinity in it, wanted finite numbers`,
        ],
        [new Int32Array(16), `${replacedName} is of whole numbers, wanted floating-point numbers`],
      ] as const) {
        const path = await changed(kind, data);
        await expect(imported(path, [11, 3], { activation: 'gelu' })).rejects.toThrow(`${path}: ${message}`);
      }
      expect(existsSync(join(dir, 'policy.safetensors'))).toBe(false);
    },
  );

  it.each([
    ['malicious.pt', {}, 'GLOBAL "posix.system" is refused'],
    ['values.pt', {}, 'neither time_embedding.1.weight (DiffusionMLP) nor time_mlp.1.weight (Unet1D)'],
    ['mlp.pt', { horizonSteps: 8 }, '--horizon-steps: found 8, wanted 4 as in the weights'],
    ['mlp.pt', { actSteps: 5 }, '--act-steps: found 5, wanted at most 4'],
    ['mlp.pt', { environment: 'avoid' }, 'found ranges of 11 and 3 numbers, wanted 4 and 2 for avoid'],
    ['fine-tuned.pt', {}, 'wanted a multiple'],
    ['mlp.pt', { normGroups: 4 }, '--norm-groups: found 4, wanted it left out: there are no such norms'],
    ['mlp.pt', { epsClipValue: 1 }, '--eps-clip-value: found 1, wanted it left out, or --ddim-steps as well'],
  ])('refuses %s with %j and writes nothing', async (name, given, message) => {
    await expect(imported(fixture(name), [11, 3], given)).rejects.toThrow(message);
    expect(existsSync(join(dir, 'policy.safetensors'))).toBe(false);
  });

  const etas: readonly EtaSpec[] = [
    { kind: 'action', base: 0.55, min: 0.1, max: 1 },
    { kind: 'state', base: 0.4, min: 0.2, max: 1.5, hidden: [6, 5], activation: 'tanh' },
    { kind: 'state-action', base: 1, min: 0.001, max: 2, hidden: [6], activation: 'relu' },
  ];
  it.each(etas)('takes a learned η back that was exported: $kind', async (eta) => {
    const sampler = { ...smallAvoid.sampler, denoisingSteps: 5, ftDenoisingSteps: 2 };
    const ddim = { ...sampler, kind: 'ddim', ddimSteps: 3, eta, clipEpsilon: 2 } as const;
    const spec: DiffusionSpec = { ...smallAvoid, sampler: ddim };
    const frozen = networkOf(spec.network).init(1);
    const params = policyOf({ spec, params: frozen }).init(2);
    const [policy, out] = ['own.safetensors', 'exported.safetensors'].map((name) => join(dir, name));
    await writePolicy(policy, { spec, params, frozen });
    await exportPolicy({ policy, format: 'safetensors', out }, quiet);
    const sampling = { denoisingSteps: 5, ftDenoisingSteps: 2, ddimSteps: 3, epsClipValue: 2 };
    // The others are the kind's own.
    const { base, min, max } = eta;
    const known =
      eta.kind === 'state' ? { eta: base, etaMin: min, etaMax: max, etaActivation: eta.activation } : {};
    const given = { ...sampling, ...known, environment: 'avoid', maxEpisodeSteps: 20 };
    const read = await readPolicy(await imported(out, [4, 2], given));
    expect(read.spec.sampler).toEqual(ddim);
    expect(Object.keys(read.params).toSorted()).toEqual(Object.keys(params).toSorted());
    for (const [name, weight] of Object.entries(params))
      expect(read.params[name].dataSync()).toEqual(weight.dataSync());
  });

  it('knows an η of one number, which the reference does not train, as that, also at its end', async () => {
    for (const [value, ends, eta] of [
      [Infinity, {}, 1],
      // ½(tanh(½) + 1)·(1 − 0.1) + 0.1
      [0.5, {}, 0.7579527],
      [0, { etaMin: 0.2, etaMax: 1.2 }, 0.7],
    ] as const) {
      const path = await imported(await withEta(logit(value)), [4, 2], { ...avoid, ddimSteps: 5, ...ends });
      const { spec, params } = await readPolicy(path);
      expect(spec.sampler).toMatchObject({ kind: 'ddim', ddimSteps: 5, eta: expect.closeTo(eta, 6) });
      expect(Object.keys(params).some(isEta)).toBe(false);
    }
  });

  it.each([
    [
      logit(0, 0),
      {},
      'found eta.eta_logit, wanted --ddim-steps as well: the policy was fine-tuned with DDIM',
    ],
    [logit(0, 0), { ddimSteps: 5, eta: 0.5 }, '--eta: found 0.5, wanted it left out: the weights tell η'],
    [logit(0, 0, 0), { ddimSteps: 5 }, 'eta.eta_logit is [3], wanted [2]'],
    [logit(0, NaN), { ddimSteps: 5 }, 'eta.eta_logit has NaN in it, wanted finite numbers'],
    [
      {},
      { ddimSteps: 5, etaMin: 0.2 },
      '--eta-min: found 0.2, wanted it left out: there are no weights of η',
    ],
    [{}, { eta: 0.2 }, '--eta: found 0.2, wanted it left out, or --ddim-steps as well: DDPM has no η'],
  ])('refuses weights of η %o with %j and writes nothing', async (arrays, given, message) => {
    await expect(imported(await withEta(arrays), [4, 2], { ...avoid, ...given })).rejects.toThrow(message);
    expect(existsSync(join(dir, 'policy.safetensors'))).toBe(false);
  });
});
