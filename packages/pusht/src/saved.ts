import { checkState, type EnvState } from '@dppo/env';

import type { Start } from './start.ts';

/** Where an episode stands. */
export interface Saved {
  /** The generator's words before it drew the episode [10]; none before the first reset. */
  readonly before: readonly number[];
  /** The episode's actions so far [T, 2], px. */
  readonly actions: readonly number[];
}

/** What each state begins with. */
const mark = parseInt('pusht', 36);
/** Numbers of a generator's words. */
const words = 10;

/**
 * What environments of one `start` save and take: their mark, whether they have a start and its five numbers, then words and actions
 * [17 + 2T], or [7] before the first reset.
 */
export function savedAs(start?: Start): {
  readonly stateOf: (saved: Saved) => EnvState;
  /** Throws a RangeError for what an environment of another kind or start saved. */
  readonly savedIn: (state: EnvState) => Saved;
} {
  const head = [mark, ...(start === undefined ? [0, 0, 0, 0, 0, 0] : [1, ...numbersOf(start)])];
  const [, ...wanted] = head;
  return {
    stateOf: ({ before, actions }) => Float64Array.of(...head, ...before, ...actions),

    savedIn(state) {
      if (state[0] !== mark)
        throw new RangeError(
          `pusht: state of ${state.length} numbers is none of its own, wanted one that begins with ${mark}`,
        );
      const rest = state.length - head.length;
      checkState('pusht', state, head.length + (rest <= 0 ? 0 : Math.max(words, rest - (rest % 2))));
      const found = Array.from(state.subarray(1, head.length));
      if (found.some((value, i) => value !== wanted[i]))
        throw new RangeError(`pusht: state is of ${startsIn(found)}, wanted one of ${startsIn(wanted)}`);
      const before = Array.from(state.subarray(head.length, head.length + words));
      const actions = Array.from(state.subarray(head.length + words));
      if (!actions.every((value) => value >= 0 && value <= 512))
        throw new RangeError('pusht: state has actions in it that are none in [0, 512]');
      return { before, actions };
    },
  };
}

function numbersOf({ x, y, block }: Start): number[] {
  return [x, y, block.x, block.y, block.angle];
}

function startsIn([isGiven, ...numbers]: readonly number[]): string {
  return isGiven === 0 ? 'starts that are drawn' : `the start [${numbers.join(', ')}]`;
}
