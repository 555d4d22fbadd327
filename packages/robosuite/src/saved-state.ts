import { createHash } from 'node:crypto';

import { checkState, type EnvState } from '@dppo/env';

import type { Task } from './task.ts';

/** What the states of a task begin with, and how they are known by it. */
export interface SavedState {
  /** its name and the text of its model, as numbers */
  readonly head: readonly [name: number, model: number];
  /** Throws a RangeError that says whose a `state` is where it is none of this task on this model with `wanted` numbers. */
  readonly check: (state: EnvState, wanted: number) => void;
}

const names = ['lift', 'can', 'square', 'transport'];

/** How states of a task on its model are known. */
export function savedState({ name, model }: Task): SavedState {
  const head = [parseInt(name, 36), createHash('sha256').update(model).digest().readUIntBE(0, 6)] as const;
  return {
    head,
    check(state, wanted): void {
      if (state.length < head.length) checkState(name, state, wanted);
      if (state[0] !== head[0]) {
        const of = names.find((other) => parseInt(other, 36) === state[0]) ?? 'none of the tasks of arms';
        throw new RangeError(`${name}: restore was given a state of ${of}, wanted one of ${name}`);
      }
      if (state[1] !== head[1]) {
        throw new RangeError(
          `${name}: restore was given a state of another model of ${name}, wanted one that was made with the same options`,
        );
      }
      checkState(name, state, wanted);
    },
  };
}
