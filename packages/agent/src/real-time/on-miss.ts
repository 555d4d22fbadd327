/** A tick whose chunk is not there in time. */
export interface Miss {
  /** The last action that was executed [Da]. */
  readonly last: Float32Array;
  /** What older chunks still have for the tick, beyond the actions that were meant to be executed; undefined where they have nothing. */
  readonly planned: Float32Array | undefined;
  /** How many ticks in a row there was none, this one included. */
  readonly inRow: number;
}

/** The action of a tick whose chunk is late [Da]; it may throw, which ends the episode. */
export type OnMiss = (miss: Miss) => ArrayLike<number>;

/** The last action again. */
export const hold: OnMiss = ({ last }) => last;

/** What the old chunk planned for the tick, and when it has nothing more, its last action again. */
export const goOn: OnMiss = ({ last, planned }) => planned ?? last;

/** The action `safe` in the robot's units, such as torques of 0, until the chunk is there. */
export function stopAt(safe: ArrayLike<number>): OnMiss {
  const action = Float32Array.from(safe);
  return () => action;
}
