import { checkState, sizeOf } from './env.ts';
import type { Env, Step } from './env.ts';
import { wrapperState } from './wrapper-state.ts';

/** All of one episode of T steps. */
export interface RecordedEpisode {
  /** the seed that `reset` was given, undefined where the environment's generator went on */
  readonly seed: number | undefined;
  /** the first observation and what each step led to [T + 1], each row-major in `obsShape` */
  readonly observations: readonly Float32Array[];
  /** [T], each row-major in `actionShape` */
  readonly actions: readonly Float32Array[];
  /** [T] */
  readonly rewards: readonly number[];
  /** the last step ended the task */
  readonly terminated: boolean;
  /** the last step was cut off; neither flag is set where `reset` was called before the end */
  readonly truncated: boolean;
  /** T */
  readonly length: number;
}

/** What is recorded of the episode under way. */
interface Started {
  readonly seed: number | undefined;
  readonly observations: Float32Array[];
  readonly actions: Float32Array[];
  readonly rewards: number[];
}

/**
 * Hands each episode to `onEpisode` in the step that ends it. One that `reset` cuts short is handed over then, with neither flag, unless it
 * has no step; the one under way when the last call was made is never, nor is a step past the end.
 */
export function recordEpisodes(env: Env, onEpisode: (episode: RecordedEpisode) => void): Env {
  let started: Started | undefined;

  function handOver(terminated: boolean, truncated: boolean): void {
    const length = started?.actions.length ?? 0;
    const episode = started && length > 0 ? { ...started, terminated, truncated, length } : undefined;
    started = undefined;
    if (episode) onEpisode(episode);
  }

  return {
    obsShape: env.obsShape,
    actionShape: env.actionShape,
    reset(seed?: number): Float32Array {
      handOver(false, false);
      const obs = env.reset(seed);
      started = { seed, observations: [obs.slice()], actions: [], rewards: [] };
      return obs;
    },
    step(action: Float32Array): Step {
      const step = env.step(action);
      started?.observations.push(step.obs.slice());
      started?.actions.push(action.slice());
      started?.rewards.push(step.reward);
      if (step.terminated || step.truncated) handOver(step.terminated, step.truncated);
      return step;
    },
    ...wrapperState('recordEpisodes', env, {
      save: () => (started ? numbersOf(started) : []),
      restore(own) {
        started =
          own.length === 0 ? undefined : startedFrom(own, sizeOf(env.obsShape), sizeOf(env.actionShape));
      },
    }),
  };
}

/** [seed, or −1 for none; T; rewards; observations; actions]. */
function numbersOf({ seed = -1, observations, actions, rewards }: Started): number[] {
  return [
    seed,
    rewards.length,
    ...rewards,
    ...[...observations, ...actions].flatMap((row) => Array.from(row)),
  ];
}

function startedFrom(own: Float64Array, obsSize: number, actionSize: number): Started {
  const [seed, length] = own;
  checkState('recordEpisodes', own, 2 + length + (length + 1) * obsSize + length * actionSize);
  let at = 2;
  const next = (size: number): Float64Array => own.subarray(at, (at += size));
  const rows = (count: number, size: number): Float32Array[] =>
    Array.from({ length: count }, () => Float32Array.from(next(size)));
  return {
    seed: seed < 0 ? undefined : seed,
    rewards: [...next(length)],
    observations: rows(length + 1, obsSize),
    actions: rows(length, actionSize),
  };
}
