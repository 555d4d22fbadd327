/** A chunk of actions on a robot's clock, which counts its ticks. */
export interface Chunk {
  /** The tick that its first action is for: that of the observation that it was planned from. */
  readonly start: number;
  /** The tick at which it arrived: its earlier actions are skipped. */
  readonly from: number;
  /** [Ta, Da] */
  readonly actions: readonly Float32Array[];
}

/** How far ahead is planned, and how much of that is meant to be executed. */
export interface Pace {
  /** Ta, actions in a chunk. */
  readonly horizonSteps: number;
  /** s, actions executed of a chunk where planning is as quick as that. */
  readonly actSteps: number;
  /** d̂, ticks that planning is expected to take. */
  readonly delay: number;
}

/**
 * The first tick for which a chunk is too old: as chunks come one after another, each has to do for d̂ ticks and for s.
 *
 * min(from + max(s, d̂), start + Ta)
 *
 * @see https://arxiv.org/abs/2506.07339 algorithm 1, whose execution horizon is max(d, s)
 */
export function deadline({ start, from }: Chunk, { horizonSteps, actSteps, delay }: Pace): number {
  return Math.min(from + Math.max(actSteps, delay), start + horizonSteps);
}

/** Whether at a tick the next chunk has to be asked for, to be there when the newest of `chunks` gets too old. */
export function isTimeToPlan(chunks: readonly Chunk[], tick: number, pace: Pace): boolean {
  const newest = chunks.at(-1);
  return newest === undefined || deadline(newest, pace) - tick <= pace.delay;
}

/** The chunks, oldest first, with one that has just arrived, if any, and without those that have nothing for `tick` or later. */
export function follow(chunks: readonly Chunk[], tick: number, arrived?: Chunk): readonly Chunk[] {
  const all = arrived ? [...chunks, arrived] : chunks;
  return all.filter(({ start, actions }) => start + actions.length > tick);
}

/** What each of the chunks, oldest first, has for a tick. */
export function planned(chunks: readonly Chunk[], tick: number): readonly Float32Array[] {
  return follow(chunks, tick).map(({ start, actions }) => actions[tick - start]);
}

/** What is left of a chunk from a tick on. */
export function rest({ start, actions }: Chunk, tick: number): readonly Float32Array[] {
  return actions.slice(tick - start);
}
