import { release } from '@dppo/optim';
import { explainedVariance, rewardScale } from '@dppo/rl';

import type { Metrics, Rollout } from '../algorithm.ts';
import { samplesOf } from '../policies/policy.ts';
import type { Randomness } from '../randomness.ts';
import { rowsOf } from '../rollout/table.ts';
import { rateMetrics, scaledRate } from './actor-rate.ts';
import type { Learner } from './learner.ts';
import { minibatchStep } from './minibatch.ts';
import type { PpoState } from './state.ts';
import { valued } from './returns.ts';

/** An iteration's learning, pausing after each minibatch; ended by a throw, also one into the pause, it leaves nothing behind. */
export function* updateSteps(
  learner: Learner,
  state: PpoState,
  rollout: Rollout,
  random: Randomness,
): Generator<Metrics, { state: PpoState; metrics: Metrics }> {
  const { options, policy, value } = learner;
  const { updateEpochs, batchSize, targetKl } = options;
  const { table, count } = rollout;
  const known = state.rewardScale.returns.length === 0 ? rewardScale(count) : state.rewardScale;
  const { columns, rewardScale: scale } = valued((obs) => value(state.critic, obs), rollout, known, options);
  const total = rowsOf(table) * samplesOf(policy);
  const size = Math.min(batchSize, total);
  const minibatches: Metrics[] = [];
  let current = state;
  try {
    epochs: for (let epoch = 0; epoch < updateEpochs; epoch++) {
      const order = random.permutation(total);
      for (let from = 0; from + size <= total; from += size) {
        const samples = order.subarray(from, from + size);
        const isFirst = minibatches.length === 0;
        const next = minibatchStep(learner, current, { table, columns, samples, isFirst, random });
        release(current, next.state, state);
        current = next.state;
        minibatches.push(next.metrics);
        yield next.metrics;
        if (next.metrics['train/approx_kl'] > targetKl) break epochs;
      }
    }
  } catch (error) {
    release(current, state);
    throw error;
  }
  const explained = explainedVariance(columns.value.data, columns.return.data);
  return {
    state: {
      ...current,
      iteration: state.iteration + 1,
      envSteps: state.envSteps + rollout.envSteps,
      rewardScale: scale,
    },
    metrics: {
      ...rateMetrics(scaledRate(options.actorLr(state.iteration), current.actorLrScale)),
      'train/critic_lr': options.criticLr(state.iteration),
      'train/explained_variance': explained,
      'train/n_updates': minibatches.length,
      ...meanOf(minibatches),
    },
  };
}

function meanOf(records: readonly Metrics[]): Metrics {
  const names = Object.keys(records[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, records.reduce((sum, record) => sum + record[name], 0) / records.length]),
  );
}
