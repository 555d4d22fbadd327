import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type PolicyFile, readPolicy, networkWeights, writePolicy } from '@dppo/policy';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { configOf, numbers, optionsOf, policyIn, quiet, rows, trained } from '../../test/little-runs.ts';
import { smallHopper } from '../../test/small-policies.ts';
import { untrainedPolicy } from '../../test/untrained-policy.ts';
import { evaluateOptions } from '../runs/evaluate-options.ts';
import { evaluate } from '../runs/evaluate.ts';
import { members } from '../runs/members.ts';
import { finetune } from './finetune.ts';

const newDir = (): string => mkdtempSync(join(tmpdir(), 'eta-'));

/** How η is learned. */
const eta = { ddimSteps: 3, ftDenoisingSteps: 2, learnEta: 'state-action', etaHidden: [4] };

/** A training of a moment. */
const little = {
  jit: false,
  nEnvs: 2,
  workers: 1,
  steps: 3,
  maxEpisodeSteps: 20,
  etaLr: 1e-2,
  etaMinLr: 1e-3,
  etaUpdateInterval: 2,
  entCoef: 0.1,
  finalActionClipValue: 0.9,
  epsClipValue: 2,
  denoisedClipValue: null,
  criticHidden: [8, 8, 8],
  lrWarmupSteps: 0,
  iterations: 2,
  batchSize: 4,
  evalEpisodes: 2,
  evalEvery: 2,
  saveEvery: 1,
};

const etaOf = ({ params }: PolicyFile) => numbers(members(params, 'eta.'));

let policy = '';
let run = '';
beforeAll(async () => {
  ({ policy } = await untrainedPolicy(smallHopper));
  run = await trained({ ...little, ...eta, policy });
});

it('is learned from where it begins, at a rate of its own, by a policy that was trained without', async () => {
  const [before, start, last] = [
    await readPolicy(policy),
    await policyIn(run, 'start'),
    await policyIn(run, 'policy-2'),
  ];
  expect(last.spec.sampler).toEqual({
    kind: 'ddim',
    denoisingSteps: 5,
    ftDenoisingSteps: 2,
    ddimSteps: 3,
    eta: { kind: 'state-action', base: 1, min: 0.001, max: 2, hidden: [4], activation: 'relu' },
    clipNoise: 3,
    clipAction: 0.9,
    clipEpsilon: 2,
  });
  expect(numbers(networkWeights(start.params))).toEqual(numbers(before.params));
  expect(numbers(last.frozen)).toEqual(numbers(before.params));
  expect(etaOf(last)).not.toEqual(etaOf(start));
  const [, first, second] = rows(run);
  // Without warm-up the schedule of the reference begins at its end, then at the top.
  expect([first, second].map((row) => row['train/eta_lr'])).toBeAllclose([1e-3, 1e-2]);
  expect([first, second].map((row) => row['train/actor_lr'])).toBeAllclose([1e-4, 1e-4]);
  expect(first['train/entropy']).toBeCloseTo(1, 2);
});

it('is not what a policy acts by', async () => {
  const [start, last] = [await policyIn(run, 'start'), await policyIn(run, 'policy-2')];
  const other = join(newDir(), 'other.safetensors');
  const changed = Object.entries(members(start.params, 'eta.')).map(([name, weight]) => [
    `eta.${name}`,
    weight.add(0.3),
  ]);
  await writePolicy(other, { ...last, params: { ...last.params, ...Object.fromEntries(changed) } });
  const said = await Promise.all(
    [other, join(run, 'policy-2.safetensors')].map(async (file) => {
      const lines: string[] = [];
      const given = { policy: file, backend: tf.getBackend(), episodes: 2, ddimSteps: 3 };
      await evaluate(evaluateOptions.parse(given), (line) => lines.push(line));
      return lines;
    }),
  );
  expect(said[0]).toEqual(said[1]);
});

it('is repeated number by number from the folder of its run', async () => {
  const again = await trained({}, join(run, 'config.yaml'));
  expect(rows(again)).toEqual(rows(run));
  expect(configOf(again)).toEqual(configOf(run));
  expect(configOf(run)).toMatchObject({
    denoisedClipValue: null,
    eta: 1,
    etaMin: 0.001,
    etaMax: 2,
    etaActivation: 'relu',
    etaWeightDecay: 0,
    etaLrWarmupSteps: 0,
    etaLrCycleSteps: 1000,
  });
});

it('is another where another is asked for, with the same policy', async () => {
  const { etaHidden: _, etaActivation: __, ...config } = { etaHidden: 0, etaActivation: 0, ...configOf(run) };
  const others = join(run, 'others.yaml');
  writeFileSync(others, stringify(config));
  const change = { learnEta: 'action', eta: 0.4, etaMin: 0.1, etaMax: 1, iterations: 1 };
  const other = await policyIn(await trained(change, others), 'start');
  expect(etaOf(other).map(([name]) => name)).toEqual(['eta_logit']);
  expect(other.params['eta.eta_logit']).toBeAllclose(Array(3).fill(Math.atanh((2 * 0.3) / 0.9 - 1)));
  expect(numbers(networkWeights(other.params))).toEqual(numbers((await readPolicy(policy)).params));
});

it('goes on after an end as if there had been none, by --resume and by the line that it began with', async () => {
  const part = await trained({ ...little, ...eta, policy, iterations: 1 });
  const copy = join(newDir(), 'copy');
  cpSync(part, copy, { recursive: true });
  await finetune(await optionsOf({ resume: part, iterations: 2 }), quiet);
  const backend = tf.getBackend();
  const line = { ...little, ...eta, policy, backend, runDir: copy, autoResume: true };
  await finetune(await optionsOf(line), quiet);
  const whole = await policyIn(run, 'policy-2');
  for (const dir of [part, copy])
    expect(numbers((await policyIn(dir, 'policy-2')).params)).toEqual(numbers(whole.params));
  // Before its first checkpoint a run begins anew, with the same policy and no other.
  rmSync(join(copy, 'last.safetensors'));
  const { spec, params } = await readPolicy(policy);
  const other = join(newDir(), 'other.safetensors');
  const doubled = Object.entries(params).map(([name, weight]) => [name, weight.mul(2)]);
  await writePolicy(other, { spec, params: Object.fromEntries(doubled) });
  await expect(finetune(await optionsOf({ ...line, policy: other }), quiet)).rejects.toThrow(
    `--policy ${other}: found others than the run in ${copy} began with`,
  );
  await finetune(await optionsOf(line), quiet);
  expect(numbers((await policyIn(copy, 'policy-2')).params)).toEqual(numbers(whole.params));
});

it('goes on from a policy that was fine-tuned with it', async () => {
  const tuned = join(run, 'policy-2.safetensors');
  const second = await trained({ ...little, policy: tuned, iterations: 1 });
  const [before, start, last] = [
    await readPolicy(tuned),
    await policyIn(second, 'start'),
    await policyIn(second, 'policy-1'),
  ];
  expect(start.spec).toEqual(before.spec);
  expect([numbers(start.params), numbers(start.frozen)]).toEqual([
    numbers(before.params),
    numbers(before.frozen),
  ]);
  expect(numbers(last.frozen)).toEqual(numbers(before.frozen));
  expect(etaOf(last)).not.toEqual(etaOf(before));
  const backend = tf.getBackend();
  const line = { ...little, policy: tuned, backend, runDir: second, autoResume: true, iterations: 2 };
  await finetune(await optionsOf(line), quiet);
  expect(rows(second).at(-1)).toMatchObject({ iteration: 2 });
});
