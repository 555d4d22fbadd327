import { joined } from '../joined.ts';

/** The last observations of an episode. */
export interface History {
  /** Takes one more [Do]; the first of an episode stands for the missing earlier ones. */
  push(obs: Float32Array): void;
  /** The last To observations [To · Do], oldest first, in a fresh array. */
  rows(): Float32Array;
  /** Begins an episode. */
  forget(): void;
}

/** Remembers the last `condSteps` observations, as `multiStep` of @dppo/env does. */
export function historyOf(condSteps: number): History {
  let seen: readonly Float32Array[] = [];
  return {
    push: (obs) => {
      seen = seen.length > 0 ? [...seen.slice(1), obs] : Array.from({ length: condSteps }, () => obs);
    },
    rows: () => joined(seen),
    forget: () => {
      seen = [];
    },
  };
}
