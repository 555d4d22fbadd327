import { flatten, release } from '@dppo/optim';
import { explainedVariance, rewardScale } from '@dppo/rl';

import type { LearnContext, Metrics, Rollout } from '../algorithm.ts';
import { checkNumbers, whereabouts } from '../check-weights.ts';
import { DivergenceError } from '../diverged.ts';
import { samplesOf } from '../policies/policy.ts';
import { rowsOf, type Table } from '../rollout/table.ts';
import { rateMetrics, scaledRate } from './actor-rate.ts';
import { checkOutputs } from './check-outputs.ts';
import type { Learner } from './learner.ts';
import { minibatchStep } from './minibatch.ts';
import { valued } from './returns.ts';
import { experienceOf } from './experience.ts';
import type { UpdateGradients } from './gradients.ts';
import type { PpoState } from './state.ts';

/** An iteration's learning, pausing after each minibatch; ended by a throw, also one into the pause, it leaves nothing behind. */
export async function* updateSteps(
  learner: Learner,
  state: PpoState,
  rollout: Rollout,
  { random, signal }: LearnContext,
): AsyncGenerator<Metrics, { state: PpoState; metrics: Metrics }> {
  const { options, policy, value } = learner;
  const { updateEpochs, batchSize, targetKl } = options;
  const { table, count } = rollout;
  const known = state.rewardScale.returns.length === 0 ? rewardScale(count) : state.rewardScale;
  const rates = {
    ...rateMetrics(scaledRate(options.actorLr(state.iteration, 0), state.actorLrScale)),
    'train/critic_lr': options.criticLr(state.iteration),
  };
  const total = rowsOf(table) * samplesOf(policy);
  const size = Math.min(batchSize, total);
  const minibatches: Metrics[] = [];
  let current = state;
  let gradients: UpdateGradients | undefined;
  try {
    const { columns, rewardScale: scale } = valued(
      (obs) => value(state.critic, obs),
      rollout,
      known,
      options,
    );
    const explained = explainedVariance(columns.value.data, columns.return.data);
    gradients = await learner.gradients.begin(experienceOf(table, columns));
    epochs: for (let epoch = 0; epoch < updateEpochs; epoch++) {
      const order = random.permutation(total);
      for (let from = 0; from + size <= total; from += size) {
        const samples = order.subarray(from, from + size);
        const isFirst = minibatches.length === 0;
        const next = await minibatchStep(learner, current, {
          gradients,
          advantages: columns.advantage.data,
          samples,
          number: from / size,
          isFirst,
          random: random.at(minibatches.length),
          signal,
        });
        release(current, next.state, state);
        current = next.state;
        minibatches.push(next.metrics);
        yield next.metrics;
        if (next.metrics['train/approx_kl'] > targetKl) break epochs;
      }
    }
    checkOutputs(learner, current, table);
    return {
      state: {
        ...current,
        iteration: state.iteration + 1,
        envSteps: state.envSteps + rollout.envSteps,
        rewardScale: scale,
      },
      metrics: {
        ...rates,
        ...rateMetrics(scaledRate(options.actorLr(state.iteration, 0), current.actorLrScale)),
        'train/explained_variance': explained,
        'train/n_updates': minibatches.length,
        ...meanOf(minibatches),
      },
    };
  } catch (error) {
    const reason =
      error instanceof DivergenceError
        ? located(error, learner, current, { table, latest: { ...rates, ...minibatches.at(-1) } })
        : error;
    release(current, state);
    throw reason;
  } finally {
    gradients?.end();
  }
}

function meanOf(records: readonly Metrics[]): Metrics {
  const names = Object.keys(records[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, records.reduce((sum, record) => sum + record[name], 0) / records.length]),
  );
}

/** What an update was ended by or, where a weight or what a network makes was not finite before, that; and at what rates. */
function located(
  error: DivergenceError,
  learner: Learner,
  state: PpoState,
  { table, latest }: { readonly table: Table; readonly latest: Metrics },
): DivergenceError {
  const where = whereabouts({ iteration: state.iteration + 1 }, latest);
  try {
    const { actor, critic, actorOptimizer, criticOptimizer } = state;
    checkNumbers('update', flatten({ actor, critic, actorOptimizer, criticOptimizer }).tensors);
    checkOutputs(learner, state, table);
  } catch (first) {
    if (first instanceof DivergenceError)
      return new DivergenceError(`${first.message}; ${where}`, { cause: error });
  }
  return new DivergenceError(`${error.message}; ${where}`, { cause: error });
}
