import type { EnvState, VecEnv, VecStep } from '@dppo/env';

import type { Acted, Episode, Rollout } from '../algorithm.ts';
import { DivergenceError } from '../diverged.ts';
import { emptyLike, putRows, sizeOf, type Table } from './table.ts';

/** Where N environments stand between two rollouts. */
export interface Standing {
  /** What to act on next, `obs.*` of N rows. */
  readonly obs: Table;
  /** Whether the next step is the first of its episode [N]. */
  readonly firsts: Uint8Array;
  /** Rewards of the running episodes so far [N]. */
  readonly returns: Float64Array;
  /** Environment steps of the running episodes so far [N]. */
  readonly lengths: Float64Array;
  /** The environments' own, where they can be saved [N]. */
  readonly states?: readonly EnvState[] | undefined;
}

/**
 * Resets the environments as `env.reset` does with one `seed`, a seed each, or none.
 *
 * @throws Error naming the environment whose first observation is not finite
 */
export async function begin(env: VecEnv, seed?: number | readonly number[]): Promise<Standing> {
  const { count, obsShape } = env;
  const obs = Float32Array.from(await env.reset(seed));
  checkFinite('begin: the observation of environment', obs, count, 'at reset');
  return {
    obs: { 'obs.state': { shape: obsShape, data: obs } },
    firsts: new Uint8Array(count).fill(1),
    returns: new Float64Array(count),
    lengths: new Float64Array(count),
  };
}

/**
 * Lets the environments go on from where others stood, in place of a reset.
 *
 * @throws RangeError where these cannot be restored, or those were not saved; what `restore` rejects with
 */
export async function resume(env: VecEnv, standing: Standing): Promise<Standing> {
  const { states, obs } = standing;
  if (!env.restore)
    throw new RangeError('resume: the environments have no restore, wanted what can be saved');
  if (!states)
    throw new RangeError('resume: a standing without states, wanted that of environments with save');
  const shape = [obs['obs.state'].data.length / sizeOf(env.obsShape), ...obs['obs.state'].shape];
  const wanted = [env.count, ...env.obsShape];
  if (shape.join() !== wanted.join())
    throw new RangeError(`resume: observations are [${shape.join(', ')}], wanted [${wanted.join(', ')}]`);
  await env.restore(states);
  return standing;
}

/** How `collect` plays. */
export interface CollectOptions {
  /** T, chunks per environment. */
  readonly steps: number;
  /** Ends the collection with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Plays T chunks in each of N environments, from where they stand.
 *
 * @param act - chooses chunks [Ta, Da] for the rows of `obs.*`; the environments execute the first Ta′ actions of each,
 * Ta′ of their action shape
 * @throws RangeError where chunks are shorter than what the environments take; Error naming environment and chunk where a reward
 * or an observation is not finite, DivergenceError where an action is not
 */
export async function collect(
  act: (obs: Table) => Acted,
  env: VecEnv,
  from: Standing,
  { steps, signal }: CollectOptions,
): Promise<{ rollout: Rollout; standing: Standing }> {
  const { count, obsShape: shape } = env;
  const obs = from.obs['obs.state'].data.slice();
  const firsts = from.firsts.slice();
  const [returns, lengths] = [from.returns.slice(), from.lengths.slice()];
  const episodes: Episode[] = [];
  let envSteps = 0;
  let table: Table = {};
  for (let t = 0; t < steps; t++) {
    signal?.throwIfAborted();
    const seen = { 'obs.state': { shape, data: obs.slice() } };
    const acted = act(seen);
    checkActions('collect', acted.action.data, count, t);
    const step = await env.step(executed('collect', acted, env));
    checkStep('collect', step, count, t);
    const rows = {
      ...seen,
      ...acted,
      'reached.state': { shape, data: step.reached },
      reward: { shape: [], data: step.rewards },
      terminated: { shape: [], data: step.terminated },
      truncated: { shape: [], data: step.truncated },
      first: { shape: [], data: firsts },
    };
    if (t === 0) table = emptyLike(rows, steps * count);
    putRows(table, t * count, rows);
    obs.set(step.obs);
    for (let n = 0; n < count; n++) {
      envSteps += step.steps[n];
      returns[n] += step.rewards[n];
      lengths[n] += step.steps[n];
      firsts[n] = step.terminated[n] | step.truncated[n];
      if (firsts[n] === 0) continue;
      episodes.push({ return: returns[n], length: lengths[n] });
      returns[n] = 0;
      lengths[n] = 0;
    }
  }
  const standing = { obs: { 'obs.state': { shape, data: obs } }, firsts, returns, lengths };
  return { rollout: { count, table, envSteps, episodes }, standing };
}

/** @throws RangeError where an observation is not of the shape that policies see */
export function checkSeen(caller: string, shape: readonly number[]): void {
  if (shape.length !== 2) {
    throw new RangeError(
      `${caller}: observations are [${shape.join(', ')}], wanted [To, Do]: wrap each environment in multiStep`,
    );
  }
}

/** The executed part of each chunk: [N, Ta, Da] → [N, Ta′, Da]. */
export function executed(
  caller: string,
  { action: { shape, data } }: Pick<Acted, 'action'>,
  { count, actionShape }: Pick<VecEnv, 'count' | 'actionShape'>,
): Float32Array {
  const [chunk, size] = [sizeOf(shape), sizeOf(actionShape)];
  if (shape[1] !== actionShape[1] || size > chunk) {
    throw new RangeError(
      `${caller}: the policy makes chunks of [${shape.join(', ')}], wanted at least [${actionShape.join(', ')}], which the environments take`,
    );
  }
  const actions = new Float32Array(count * size);
  for (let n = 0; n < count; n++) actions.set(data.subarray(n * chunk, n * chunk + size), n * size);
  return actions;
}

/** @throws Error naming environment and chunk where a reward or an observation is not finite */
export function checkStep(
  caller: string,
  { rewards, reached, obs }: Pick<VecStep, 'rewards' | 'reached' | 'obs'>,
  count: number,
  t: number,
): void {
  checkFinite(`${caller}: the reward of environment`, rewards, count, `in chunk ${t}`);
  checkFinite(`${caller}: the observation of environment`, reached, count, `in chunk ${t}`);
  checkFinite(`${caller}: the observation of environment`, obs, count, `at the reset after chunk ${t}`);
}

/** @throws DivergenceError naming environment and chunk where an action is not finite */
export function checkActions(caller: string, actions: Float32Array, count: number, t: number): void {
  checkFinite(`${caller}: the action of environment`, actions, count, `in chunk ${t}`, DivergenceError);
}

/** @throws Error naming the environment of N that has a number that is not finite */
export function checkFinite(
  what: string,
  values: Float32Array,
  count: number,
  when: string,
  Failure: new (message: string) => Error = Error,
): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const n = Math.floor((bad * count) / values.length);
  throw new Failure(`${what} ${n} ${when} is ${values[bad]}, wanted finite numbers`);
}
