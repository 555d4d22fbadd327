import { checkAction, checkState, sizeOf } from './env.ts';
import type { Env, Step } from './env.ts';
import { wrapperState } from './wrapper-state.ts';

/** How the rewards r₁ … rₙ of the executed steps of a chunk become one. */
export type RewardAggregate = 'sum' | 'mean' | 'max' | 'min';

/** How much of the past `multiStep` gives, and how many actions it takes. */
export interface MultiStepOptions {
  /** observations given at once, To */
  readonly condSteps?: number;
  /** actions taken at once, Ta */
  readonly actSteps?: number;
  /** what becomes of the rewards of a chunk */
  readonly aggregate?: RewardAggregate;
}

const aggregates: Record<RewardAggregate, (rewards: readonly number[]) => number> = {
  sum: total,
  mean: (rewards) => total(rewards) / rewards.length,
  max: (rewards) => Math.max(...rewards),
  min: (rewards) => Math.min(...rewards),
};

/**
 * Gives the last To observations (oldest first, [To, …obsShape]) and takes a chunk of Ta actions ([Ta, …actionShape]).
 * At the start of an episode the first observation stands for the missing earlier ones. A chunk stops where the episode
 * ends: its other actions are dropped, and `steps` counts those that were taken.
 * Reference env/gym_utils/wrapper/multi_step.py:82-221.
 *
 * @throws RangeError unless condSteps and actSteps are whole numbers of at least 1 and the aggregate is one of the four; an Error from
 * `step` before the first `reset`, and where an observation or a reward within the chunk is not finite, which later ones would hide
 */
export function multiStep(
  env: Env,
  { condSteps = 1, actSteps = 1, aggregate = 'sum' }: MultiStepOptions = {},
): Env {
  for (const [name, value] of Object.entries({ condSteps, actSteps })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`multiStep: ${name} is ${value}, wanted a whole number of at least 1`);
    }
  }
  const combine = aggregates[aggregate];
  if (combine === undefined) {
    throw new RangeError(
      `multiStep: aggregate is ${aggregate}, wanted ${Object.keys(aggregates).join(' | ')}`,
    );
  }
  const actionSize = sizeOf(env.actionShape);
  const actionShape = [actSteps, ...env.actionShape];
  let history: Float32Array[] = [];

  return {
    obsShape: [condSteps, ...env.obsShape],
    actionShape,
    reset(seed?: number): Float32Array {
      history = Array.from<Float32Array>({ length: condSteps }).fill(env.reset(seed));
      return joined(history);
    },
    step(action: Float32Array): Step {
      checkAction('multiStep', action, actionShape);
      if (history.length === 0) throw new Error('multiStep: step before the first reset');
      const taken: Step[] = [];
      let last: Step | undefined;
      for (let t = 0; t < actSteps && !last?.terminated && !last?.truncated; t++) {
        last = env.step(action.slice(t * actionSize, (t + 1) * actionSize));
        checkFinite(last, t);
        history = [...history.slice(1), last.obs];
        taken.push(last);
      }
      return {
        obs: joined(history),
        reward: combine(taken.map(({ reward }) => reward)),
        terminated: last?.terminated ?? false,
        truncated: last?.truncated ?? false,
        steps: total(taken.map(({ steps = 1 }) => steps)),
        ...outcomeOf(taken),
      };
    },
    ...wrapperState('multiStep', env, {
      save: () => history.flatMap((obs) => Array.from(obs)),
      restore(own) {
        const size = sizeOf(env.obsShape);
        // Before the first reset there is none.
        checkState('multiStep', own, own.length === 0 ? 0 : condSteps * size);
        history = rowsOf(Float32Array.from(own), size);
      },
    }),
  };
}

function checkFinite({ obs, reward }: Step, t: number): void {
  const broken = obs.find((value) => !Number.isFinite(value));
  if (broken !== undefined)
    throw new Error(
      `multiStep: the observation after action ${t} of a chunk has ${broken} in it, wanted finite numbers`,
    );
  if (!Number.isFinite(reward))
    throw new Error(`multiStep: the reward of action ${t} of a chunk is ${reward}, wanted a finite number`);
}

/** What the steps of a chunk say of the task, where the environment says something. */
function outcomeOf(taken: readonly Step[]): Pick<Step, 'success' | 'progress'> {
  const progress = taken.flatMap((step) => step.progress ?? []);
  return {
    ...(taken.some(({ success }) => success !== undefined) && {
      success: taken.some(({ success }) => success === true),
    }),
    ...(progress.length > 0 && { progress: Math.max(...progress) }),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function rowsOf(values: Float32Array, size: number): Float32Array[] {
  return Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size));
}

function joined(history: readonly Float32Array[]): Float32Array {
  const size = history[0].length;
  const all = new Float32Array(history.length * size);
  history.forEach((obs, i) => all.set(obs, i * size));
  return all;
}
