import type { Acted, Table } from '@dppo/agent';
import type { VecEnv } from '@dppo/env';

/** Environments that take one action [1, Da] at a time, and what chooses it for each of them. */
interface OneByOne {
  readonly env: VecEnv;
  readonly act: (obs: Table) => Pick<Acted, 'action'>;
}

/**
 * A policy that executes the first `actSteps` actions of each of its chunks [Ta, Da], action by action: an environment has a new chunk where
 * the last one is executed, and where its episode begins.
 */
export function oneByOne(env: VecEnv, chunk: (obs: Table) => Acted, actSteps: number): OneByOne {
  /** actions that are left of each environment's chunk [N] */
  const left = new Uint32Array(env.count);
  const chunks: Float32Array[] = [];
  return {
    env: {
      ...env,
      step: async (actions) => {
        const step = await env.step(actions);
        for (const [n, ended] of step.terminated.entries()) if (ended | step.truncated[n]) left[n] = 0;
        return step;
      },
    },
    act: (obs) => {
      if (left.includes(0)) {
        const { data } = chunk(obs).action;
        const size = data.length / env.count;
        for (const [n, actions] of left.entries()) {
          if (actions > 0) continue;
          chunks[n] = data.slice(n * size, (n + 1) * size);
          left[n] = actSteps;
        }
      }
      const [actionDim] = env.actionShape.slice(-1);
      const data = new Float32Array(env.count * actionDim);
      for (const [n, actions] of chunks.entries()) {
        const at = (actSteps - left[n]--) * actionDim;
        data.set(actions.subarray(at, at + actionDim), n * actionDim);
      }
      return { action: { shape: [1, actionDim], data } };
    },
  };
}
