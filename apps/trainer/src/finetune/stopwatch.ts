import type { Collector, Metrics } from '@dppo/agent';
import type { VecEnv } from '@dppo/env';

/** Environments whose time is taken, and with it that of the training around them. */
export interface Stopwatch {
  readonly env: VecEnv;
  /** Begins an iteration. */
  start(): void;
  /** Where the time since the start went: the policy's, the environments', and what followed their last step; seconds. */
  phases(): Metrics;
}

/** Takes the time of environments; `stepped` is told how many steps they have all taken since the start. */
export function stopwatch(
  env: VecEnv,
  stepped: (steps: number) => void,
  now: () => number = () => performance.now() / 1000,
): Stopwatch {
  let [started, lastStep, physics, steps, envSteps] = [now(), now(), 0, 0, 0];
  async function timed<Result>(work: Promise<Result>): Promise<Result> {
    const before = now();
    const result = await work;
    lastStep = now();
    physics += lastStep - before;
    return result;
  }
  return {
    env: {
      count: env.count,
      obsShape: env.obsShape,
      actionShape: env.actionShape,
      close: () => env.close(),
      ...(env.save && { save: env.save }),
      ...(env.restore && { restore: env.restore }),
      reset: (seed) => timed(env.reset(seed)),
      step: async (actions) => {
        const result = await timed(env.step(actions));
        envSteps += result.steps.reduce((sum, taken) => sum + taken, 0);
        stepped(++steps);
        return result;
      },
    },
    start: () => {
      [started, lastStep, physics, steps, envSteps] = [now(), now(), 0, 0, 0];
    },
    phases: () => {
      const end = now();
      return {
        'time/sampling': lastStep - started - physics,
        'time/physics': physics,
        'time/update': end - lastStep,
        'time/fps': envSteps / (end - started),
      };
    },
  };
}

/** Takes the time of a training that is played elsewhere: sampling is all of that, physics with it; `played` is told when it is done. */
export function stopwatchOf<State>(
  collector: Collector<State>,
  played: () => void,
  now: () => number = () => performance.now() / 1000,
): Pick<Stopwatch, 'start' | 'phases'> & { readonly collector: Collector<State> } {
  let [started, done, envSteps] = [now(), now(), 0];
  return {
    collector: {
      count: collector.count,
      collect: async (state, playing) => {
        const result = await collector.collect(state, playing);
        [done, envSteps] = [now(), result.rollout.envSteps];
        played();
        return result;
      },
    },
    start: () => {
      [started, done, envSteps] = [now(), now(), 0];
    },
    phases: () => {
      const end = now();
      return {
        'time/sampling': done - started,
        'time/physics': 0,
        'time/update': end - done,
        'time/fps': envSteps / (end - started),
      };
    },
  };
}
