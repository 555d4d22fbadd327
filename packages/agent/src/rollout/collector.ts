import { childSeed, type VecEnv } from '@dppo/env';
import type { Tree } from '@dppo/optim';

import type { Acted, Algorithm, Counters, Rollout } from '../algorithm.ts';
import { checkCounts } from '../check-counts.ts';
import { seeded } from '../randomness.ts';
import { split } from '../split.ts';
import { begin, collect, type CollectOptions, resume, type Standing } from './collect.ts';
import { concatRows, gatherRows, type Table } from './table.ts';

/** What an iteration is to be played by. */
export interface Playing extends CollectOptions {
  /** Everything random follows from it, the iteration, and the numbers of environments and shards. */
  readonly seed: number;
  /** Where the environments stand; undefined where all episodes begin anew. */
  readonly standing: Standing | undefined;
}

/** What an iteration led to, and where it left the environments. */
export interface Played {
  readonly rollout: Rollout;
  readonly standing: Standing;
}

/** What plays the chunks of an iteration, wherever its environments are: the same bits for the same state and the same `Playing`. */
export interface Collector<State> {
  /** N */
  readonly count: number;
  /** The `state` is borrowed, and valid until the promise settles. */
  collect(state: State, playing: Playing): Promise<Played>;
}

/** Which environments of a training a collector has. */
export interface CollectorOptions {
  /** Runs of environments that are acted for apart, each with its own noise. */
  readonly shards?: number;
  /** Numbers of its first environment and its first shard among all of the training. */
  readonly first?: { readonly environment: number; readonly shard: number };
}

/**
 * Plays in environments of this process.
 *
 * @throws RangeError for a number of shards that is no whole number from 1 to that of the environments; from `collect` what `begin`, `resume` and
 * the function `collect` throw
 */
export function collector<State extends Counters & { readonly [name: string]: Tree }>(
  { act }: Pick<Algorithm<State>, 'act'>,
  env: VecEnv,
  { shards = 1, first = { environment: 0, shard: 0 } }: CollectorOptions = {},
): Collector<State> {
  checkCounts('collector', { shards });
  if (shards > env.count)
    throw new RangeError(`collector: shards is ${shards}, wanted at most ${env.count}, the environments`);
  const rows = split([...Array(env.count).keys()], shards);
  let left: Standing | undefined;

  async function stand(iteration: number, { seed, standing }: Playing): Promise<Standing> {
    // These environments stand there already.
    if (standing !== undefined) return standing === left ? standing : resume(env, standing);
    const seeds = Array.from({ length: env.count }, (_, n) =>
      childSeed(seed, 'start', iteration, first.environment + n),
    );
    return begin(env, seeds);
  }

  return {
    count: env.count,
    async collect(state, playing) {
      const standing = await stand(state.iteration, playing);
      const noise = seeded(playing.seed, 'act', state.iteration);
      const noises = rows.map((_, i) => {
        const shard = first.shard + i;
        return shard === 0 ? noise : noise.at(shard);
      });
      const acted = (obs: Table): Acted =>
        concatRows(rows.map((own, i) => act(state, gatherRows(obs, own), noises[i])));
      const played = await collect(acted, env, standing, playing);
      left = { ...played.standing, states: await env.save?.() };
      return { rollout: played.rollout, standing: left };
    },
  };
}
