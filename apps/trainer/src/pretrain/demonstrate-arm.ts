import { childSeed, workers as inThreads } from '@dppo/env';
import { canDemonstrator, type Demonstrator, liftDemonstrator, squareDemonstrator } from '@dppo/robosuite';

import { namedTask } from '../tasks/tasks.ts';
import type { Demonstration } from './demonstrations.ts';
import type { Demonstrators } from './demonstrators.ts';

const demonstrators = {
  lift: liftDemonstrator,
  can: canDemonstrator,
  square: squareDemonstrator,
} as const satisfies Readonly<Record<string, (seed: number) => Demonstrator>>;

/** The tasks of an arm that are demonstrated. */
export type ArmTask = keyof typeof demonstrators;

/** Environments side by side. */
const PART = 50;

/** Steps that a success has lasted when an episode ends, as robosuite's own recordings do. */
const HELD = 10;

interface Growing extends Demonstration {
  readonly obs: number[];
  readonly actions: number[];
  readonly rewards: number[];
}

/** The demonstrator of a task of an arm, up to a success that lasts, in `workers` threads. */
export async function armDemonstrators(
  task: ArmTask,
  {
    episodes,
    seed,
    workers,
  }: { readonly episodes: number; readonly seed: number; readonly workers?: number | undefined },
): Promise<Demonstrators> {
  const { obsDim, actionDim, prepare } = namedTask(task);
  await prepare?.();
  const count = Math.min(PART, episodes);
  const end = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const env = await inThreads(new URL(`./demonstrated-env.${end}`, import.meta.url), {
    count,
    data: task,
    ...(workers !== undefined && { workers }),
  });

  async function play(first: number, signal: AbortSignal): Promise<Demonstration[]> {
    const numbers = Array.from({ length: count }, (_, n) => first + n);
    const players = numbers.map((n) => demonstrators[task](childSeed(seed, 'demonstrate', n)));
    const played = numbers.map((): Growing => ({ obs: [], actions: [], rewards: [], terminal: false }));
    const running = new Set(played.keys());
    const held = new Int32Array(count);
    const actions = new Float32Array(count * actionDim);
    let obs = await env.reset(numbers.map((n) => childSeed(seed, 'demonstrate start', n)));
    while (running.size > 0) {
      signal.throwIfAborted();
      for (const n of running) {
        const seen = obs.subarray(n * obsDim, (n + 1) * obsDim);
        const action = players[n](seen);
        played[n].obs.push(...seen);
        played[n].actions.push(...action);
        actions.set(action, n * actionDim);
      }
      const step = await env.step(actions);
      obs = step.obs;
      for (const n of running) {
        played[n].rewards.push(step.rewards[n]);
        held[n] = step.success[n] === 1 ? held[n] + 1 : 0;
        if (held[n] === HELD || step.truncated[n] === 1) running.delete(n);
      }
    }
    return played.filter((_, n) => held[n] === HELD);
  }

  return { obsDim, actionDim, count, about: task, play, close: () => env.close() };
}
