import { isSavable } from './env.ts';
import type { Env, EnvState } from './env.ts';

/** What a wrapper itself remembers between two steps. */
interface Memory {
  readonly save: () => readonly number[];
  /** Takes back what `save` gave; throws a RangeError where it is something else. */
  readonly restore: (own: Float64Array) => void;
}

const nothing: Memory = { save: () => [], restore: () => {} };

/**
 * `save` and `restore` of a wrapper `where` around `env`, whose state is how many numbers the wrapper remembers, these, and the state
 * of `env`. Neither where `env` has none.
 */
export function wrapperState(
  where: string,
  env: Env,
  memory: Memory = nothing,
): Pick<Env, 'save' | 'restore'> {
  if (!isSavable(env)) return {};
  return {
    save(): EnvState {
      const [own, inner] = [memory.save(), env.save()];
      const state = new Float64Array(1 + own.length + inner.length);
      state[0] = own.length;
      state.set(own, 1);
      state.set(inner, 1 + own.length);
      return state;
    },
    restore(state: EnvState): void {
      const [size] = state;
      if (!Number.isInteger(size) || size < 0 || size >= state.length) {
        throw new RangeError(`${where}: state of ${state.length} numbers is none of its own`);
      }
      memory.restore(state.subarray(1, 1 + size));
      env.restore(state.subarray(1 + size));
    },
  };
}
