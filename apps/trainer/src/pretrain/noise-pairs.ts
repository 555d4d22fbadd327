import {
  begin,
  type Chunks,
  collect,
  concatRows,
  gatherRows,
  observationOf,
  type Policy,
  type Randomness,
  rowsOf,
  seeded,
  type Table,
} from '@dppo/agent';
import { childSeed, type VecEnv } from '@dppo/env';
import * as tf from '@tensorflow/tfjs';

/** Chunks per environment between two looks at how far it is. */
const STRETCH = 25;

/** How a policy is watched. */
interface WatchOptions {
  readonly seed: number;
  /** Chunks in each environment. */
  readonly steps: number;
  /** Chunks that are made for each observation; the first is executed. */
  readonly samples: number;
  readonly signal: AbortSignal;
  readonly progress: (steps: number) => void;
}

/**
 * Pairs of noise and chunk at the observations that a policy comes to as it acts without exploration: what it makes of each draw,
 * that which its sampler begins with.
 */
export async function noisePairs(
  policy: Policy,
  params: tf.NamedTensorMap,
  env: VecEnv,
  { seed, steps, samples, signal, progress }: WatchOptions,
): Promise<Chunks> {
  const random = seeded(seed, 'distil');
  const starts = Array.from({ length: env.count }, (_, n) => childSeed(seed, 'distil start', n));
  let standing = await begin(env, starts);
  const parts: Table[] = [];
  for (let done = 0; done < steps; done += STRETCH) {
    progress(done);
    const next = await collect((obs) => madeOf(policy, params, obs, { samples, random }), env, standing, {
      steps: Math.min(STRETCH, steps - done),
      signal,
    });
    standing = next.standing;
    const { 'obs.state': state, noise, actions } = next.rollout.table;
    parts.push({ 'obs.state': state, noise, actions });
  }
  return pairsIn(concatRows(parts), samples);
}

/** Several chunks for each observation, and what they were made of [samples, Ta, Da]; the first is `action`. */
function madeOf(
  policy: Policy,
  params: tf.NamedTensorMap,
  obs: Table,
  { samples, random }: { readonly samples: number; readonly random: Randomness },
) {
  const { draws, horizonSteps, actionDim } = policy;
  const count = rowsOf(obs);
  const rows = count * samples;
  const size = horizonSteps * actionDim;
  const each = gatherRows(
    obs,
    Array.from({ length: rows }, (_, row) => Math.floor(row / samples)),
  );
  const drawn = random.normal(draws * rows * size);
  const data = tf.tidy(() =>
    policy
      .best(params, observationOf(each), tf.tensor4d(drawn, [draws, rows, horizonSteps, actionDim]))
      .dataSync<'float32'>(),
  );
  const [chunk, chunks] = [
    [horizonSteps, actionDim],
    [samples, horizonSteps, actionDim],
  ];
  const actions = { shape: chunks, data };
  const executed = { shape: chunk, data: firstOf(data, count, size) };
  return {
    action: executed,
    actions,
    noise: { shape: chunks, data: drawn.subarray(0, rows * size) },
  };
}

/** The first `size` numbers of each of `count` equal parts. */
function firstOf(data: Float32Array, count: number, size: number): Float32Array {
  const first = new Float32Array(count * size);
  for (let n = 0; n < count; n++) {
    const from = (n * data.length) / count;
    first.set(data.subarray(from, from + size), n * size);
  }
  return first;
}

/** Each of the `samples` of each row as an item of its own. */
function pairsIn(table: Table, samples: number): Chunks {
  const { 'obs.state': state, ...made } = table;
  const each = Object.fromEntries(
    Object.entries(made).map(([name, { shape, data }]) => [name, { shape: shape.slice(1), data }]),
  );
  return {
    length: rowsOf(table) * samples,
    gather: (indices) => ({
      ...gatherRows(each, indices),
      ...gatherRows(
        { 'obs.state': state },
        indices.map((index) => Math.floor(index / samples)),
      ),
    }),
  };
}
