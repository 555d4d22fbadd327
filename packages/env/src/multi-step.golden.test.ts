import { describeGolden, onlyKnows, type GoldenCase } from '@dppo/testing';
import { expect, it } from 'vitest';

import type { Env, Step } from './env.ts';
import { multiStep } from './multi-step.ts';
import { timeLimit } from './time-limit.ts';
import { vectorize } from './vectorize.ts';

// Rewards up to 30 and actions are float32 here, float64 in the recordings.
const tolerance = { atol: 1e-5, rtol: 0 };

const known = [
  'n_obs_steps',
  'n_action_steps',
  'max_episode_steps',
  'reset_within_step',
  'time_limit_wrapper',
  'reward_agg_method',
  'env_done_at',
  'reset_after_calls',
  'actions',
];

/** The environment of the recordings: obs [episode, t, Σ action], reward t + episode/2 + Σ action. */
function toy(doneAt: readonly number[]): Env & { episode(): number; taken(episode: number): number[] } {
  const taken: number[][] = [];
  const episode = (): number => taken.length - 1;
  return {
    obsShape: [3],
    actionShape: [2],
    episode,
    taken: (of) => taken[of],
    reset: () => Float32Array.of(taken.push([]) - 1, 0, 0),
    step([first, second]): Step {
      const [e, t] = [episode(), taken[episode()].length + 1];
      taken[e].push(t);
      const end = doneAt[e % doneAt.length];
      return {
        obs: Float32Array.of(e, t, first + second),
        reward: t + 0.5 * e + first + second,
        terminated: end > 0 && t >= end,
        truncated: false,
      };
    },
  };
}

/** A chunk at a time; with `reset_within_step` in a vector of one. */
function stepper(inner: Env, { inputs }: GoldenCase) {
  const limits: readonly (number | null)[] = [inputs.time_limit_wrapper, inputs.max_episode_steps];
  const limited = limits.reduce((env, limit) => (limit === null ? env : timeLimit(env, limit)), inner);
  const env = multiStep(limited, {
    condSteps: inputs.n_obs_steps,
    actSteps: inputs.n_action_steps,
    aggregate: inputs.reward_agg_method ?? 'sum',
  });
  const vector = vectorize(() => env, 1);
  return inputs.reset_within_step
    ? {
        reset: () => vector.reset(),
        step: async (action: Float32Array) => {
          const { obs, reached, ...of } = await vector.step(action);
          const [terminated, truncated] = [of.terminated[0] === 1, of.truncated[0] === 1];
          return { obs, reached, reward: of.rewards[0], terminated, truncated };
        },
      }
    : {
        reset: async () => env.reset(),
        step: async (action: Float32Array) => {
          const step = env.step(action);
          return { ...step, reached: step.obs };
        },
      };
}

describeGolden('multistep', new URL('../golden/', import.meta.url), ({ cases }) => {
  it.for(cases)(
    'repeats $name, but for time_limit_wrapper, which the reference calls terminated as well as truncated',
    async (recorded, { skip }) => {
      const { inputs, outputs } = recorded;
      onlyKnows(known, inputs, skip);
      const inner = toy([...inputs.env_done_at]);
      const env = stepper(inner, recorded);
      expect(await env.reset()).toBeAllclose(outputs.reset_obs.data, tolerance);
      const size = inputs.n_action_steps * 2;
      for (const [i, call] of outputs.calls.entries()) {
        const episode = inner.episode();
        const step = await env.step(Float32Array.from(inputs.actions.data.slice(i * size, (i + 1) * size)));
        const taken = inner.taken(episode);
        const cut = call.truncated && taken.length >= (inputs.time_limit_wrapper ?? Infinity);
        expect(step.obs).toBeAllclose(call.obs.data, tolerance);
        expect([step.reward]).toBeAllclose(call.reward.data, tolerance);
        expect(step.truncated).toBe(call.truncated);
        expect(step.terminated).toBe(call.terminated && !cut);
        expect(call.final_obs ? step.reached : []).toBeAllclose(call.final_obs?.data ?? [], tolerance);
        expect(taken.slice(-inputs.n_obs_steps)).toEqual([...call.info_t.data]);
        expect(inner.episode()).toBe(call.env_episode_after);
        expect(inner.taken(inner.episode())).toHaveLength(call.env_t_after);
        const restarted = inputs.reset_after_calls.includes(i) ? await env.reset() : [];
        expect(restarted).toBeAllclose(call.then_reset_obs?.data ?? [], tolerance);
      }
    },
  );
});
