import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { begin, collect, type Metrics, type PpoState } from '@dppo/agent';
import { compile } from '@dppo/engine';
import { writePolicy } from '@dppo/policy';
import { describeGolden, type GoldenArray, type GoldenCase, toTensors } from '@dppo/testing';
import type * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

import { part, playback, playbackRandom } from '../../../../packages/agent/test/playback.ts';
import { settledBy } from '../finetune/decided-options.ts';
import { finetuneOptions } from '../finetune/finetune-options.ts';
import { startingSpec } from '../finetune/starting-spec.ts';
import { newPolicy } from '../policy/new-policy.ts';
import { taskOf } from '../tasks/task-of.ts';
import { taskNamed } from '../tasks/task-place.ts';
import { algorithmOf } from './algorithm-of.ts';

type Recorded = GoldenCase['inputs'];
type Weights = Readonly<Record<string, GoldenArray>>;

/** The metrics of an iteration by the names of what was recorded of each minibatch. */
const metricNames = {
  policy: 'train/policy_gradient_loss',
  value: 'train/value_loss',
  entropy: 'train/entropy',
  imitation: 'train/bc_loss',
  kl: 'train/approx_kl',
  clipped: 'train/clip_fraction',
  ratio: 'train/ratio',
  actor_grad_norm: 'train/actor_grad_norm',
} as const;

/** The run that recorded options ask for, from a policy that was pre-trained with DDPM. */
async function recordedRun({ frozen, ...others }: Record<string, Weights>, recorded: Recorded) {
  const place = taskNamed(recorded.environment);
  const task = await taskOf(place);
  const { denoisingSteps, condSteps, horizonSteps, actSteps, timeDim, hidden } = recorded;
  const shape = { denoisingSteps, condSteps, horizonSteps, actSteps, timeDim, hidden, maxEpisodeSteps: 100 };
  const policy = join(mkdtempSync(join(tmpdir(), 'recorded-')), 'policy.safetensors');
  const params = toTensors(frozen);
  await writePolicy(policy, { spec: newPolicy(place, task, task.bounds, shape), params });
  // Null is left out, but of a bound.
  const given = Object.entries(recorded).filter(
    ([name, value]) => value !== null || name.endsWith('ClipValue'),
  );
  const asked = finetuneOptions.parse({ ...Object.fromEntries(given), policy });
  const spec = await startingSpec(asked);
  const [actor, critic, eta] = ['actor', 'critic', 'eta'].map((name) => toTensors(others[name]));
  const { algorithm } = algorithmOf(spec, params, settledBy(spec, asked), (f) => compile(f));
  const state: PpoState = { ...algorithm.init(0), actor: { ...actor, ...prefixed(eta) }, critic };
  return { algorithm, state };
}

function prefixed<T>(weights: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [`eta.${name}`, weight]));
}

const own = new URL('../../golden/', import.meta.url);

// What float32 makes of it is off by 3e-6 at most, after three iterations.

describeGolden('learned_eta_iterations', own, ({ cases }) => {
  it.for(cases)('repeats whole iterations that learn η: $name', async ({ inputs, outputs }) => {
    let { state, ...run } = await recordedRun(inputs.start, inputs.options);
    const { algorithm } = run;
    for (const [i, iteration] of inputs.iterations.entries()) {
      const expected = outputs.iterations[i];
      const { obs, reached, imitation_noise: noise } = iteration;
      const [steps] = obs.shape;
      const env = playback({ ...iteration, last_obs: { ...obs, data: part(reached, steps - 1) } }, [
        inputs.options.actSteps,
        2,
      ]);
      const random = playbackRandom({
        ...iteration,
        bc_noise_per_minibatch: Array.from({ length: noise.shape[0] }, (_, j) => ({
          ...noise,
          data: part(noise, j),
        })),
      });
      const act = (seen: Parameters<typeof algorithm.act>[1]) => algorithm.act(state, seen, random);
      const { rollout } = await collect(act, env, await begin(env), { steps });
      const { states, logProb } = rollout.table;
      expect(states.data).toBeAllclose(expected.chains.data, { atol: 1e-5, rtol: 0 });
      expect(logProb.data).toBeAllclose(expected.log_prob.data, { atol: 2e-5, rtol: 0 });

      const learned = await algorithm.learn(state, rollout, { random });
      ({ state } = learned);
      expectMetrics(learned.metrics, expected);
      const { returns, ...scale } = expected.reward_scale;
      expect(state.rewardScale.returns).toBeAllclose(returns.data, { atol: 1e-5 });
      for (const [name, value] of Object.entries<number>(scale))
        expect([state.rewardScale[name as 'mean' | 'variance' | 'count']], name).toBeAllclose([value]);
      expectWeights(state.actor, { ...expected.actor, ...prefixed(expected.eta) });
      expectWeights(state.critic, expected.critic);
    }
  });
});

function expectMetrics(
  metrics: Metrics,
  expected: {
    readonly rates: Readonly<Record<string, number>>;
    readonly explained_variance: number;
    readonly minibatches: readonly Readonly<Record<string, number>>[];
  },
): void {
  for (const [name, rate] of Object.entries(expected.rates))
    expect([metrics[`train/${name}_lr`]], name).toBeAllclose([rate], { atol: 1e-12, rtol: 1e-9 });
  const { minibatches } = expected;
  expect(metrics['train/n_updates']).toBe(minibatches.length);
  expect([metrics['train/explained_variance']]).toBeAllclose([expected.explained_variance], { atol: 1e-5 });
  for (const [name, metric] of Object.entries(metricNames)) {
    const mean = minibatches.reduce((sum, terms) => sum + terms[name], 0) / minibatches.length;
    expect([metrics[metric]], name).toBeAllclose([mean], { atol: 5e-6, rtol: 1e-5 });
  }
}

function expectWeights(found: tf.NamedTensorMap, expected: Weights): void {
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [name, { data, shape }] of Object.entries(expected)) {
    expect(found[name].shape, name).toEqual(shape);
    expect(found[name], name).toBeAllclose(data, { atol: 1e-5, rtol: 0 });
  }
}
