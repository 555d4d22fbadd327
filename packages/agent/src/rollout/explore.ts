import * as tf from '@tensorflow/tfjs';

import type { Acted } from '../algorithm.ts';
import { type Policy, samplesOf } from '../policies/policy.ts';
import type { Randomness } from '../randomness.ts';
import { checkSeen } from './collect.ts';
import { observationOf, rowsOf, type Table } from './table.ts';

/**
 * What a policy with `params` does for each row of `obs` while it explores: its chunk, the path to it, `states`, its `logProb`, and the
 * `step` of the sampler where the policy drew one.
 */
export function explore(
  policy: Policy,
  params: tf.NamedTensorMap,
  obs: Table,
  random: Randomness,
): Acted & Readonly<Record<'states' | 'logProb', Acted['action']>> {
  const { draws, horizonSteps, actionDim, states, firstAction = 0 } = policy;
  if ('obs.state' in obs) checkSeen('explore', obs['obs.state'].shape);
  const rows = rowsOf(obs);
  const noise = random.normal(draws * rows * horizonSteps * actionDim);
  const path = tf.tidy(() => {
    const drawn = tf.tensor4d(noise, [draws, rows, horizonSteps, actionDim]);
    const made = policy.act(params, observationOf(obs), drawn);
    return {
      states: made.states.dataSync<'float32'>(),
      logProb: made.logProb.dataSync<'float32'>(),
      step: made.step?.dataSync<'int32'>(),
    };
  });
  const shape = [horizonSteps, actionDim];
  const executed = { rows, states, from: firstAction * actionDim };
  return {
    action: { shape: [horizonSteps - firstAction, actionDim], data: lastOf(path.states, executed) },
    states: { shape: [states, ...shape], data: path.states },
    logProb: { shape: [samplesOf(policy)], data: path.logProb },
    ...(path.step && { step: { shape: [], data: path.step } }),
  };
}

/** The last of the states of each row, without the first `from` numbers of it. */
function lastOf(
  paths: Float32Array,
  { rows, states, from }: Readonly<Record<'rows' | 'states' | 'from', number>>,
): Float32Array {
  const size = paths.length / rows / states;
  const last = new Float32Array(rows * (size - from));
  for (let i = 1; i <= rows; i++) {
    last.set(paths.subarray((i * states - 1) * size + from, i * states * size), (i - 1) * (size - from));
  }
  return last;
}
