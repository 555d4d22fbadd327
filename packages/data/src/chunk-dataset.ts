/** Pairs of an observation history and the chunk of actions that followed it. */
export interface ChunkDataset {
  /** The number of pairs. */
  readonly length: number;
  /** The pairs with the numbers `indices`, each in [0, length): columns of as many rows. */
  gather(indices: ArrayLike<number>): ChunkTable;
}

/** Observations and the actions that followed them, a pair a row. A type, not an interface, to be a table of @dppo/agent. */
export type ChunkTable = {
  /** [B, To, Do], the oldest first. */
  readonly 'obs.state': { readonly shape: readonly number[]; readonly data: Float32Array };
  /** [B, Ta, Da] */
  readonly actions: { readonly shape: readonly number[]; readonly data: Float32Array };
};

/**
 * Every place in the trajectories of `data` where Ta actions are left is one pair (oₜ₋ₜₒ₊₁ … oₜ, aₜ … aₜ₊ₜₐ₋₁); before the start of
 * a trajectory its first observation is repeated, and no pair reaches beyond its end.
 * Rows after the sum of trajLengths are left out, so that fewer lengths give fewer trajectories.
 * Throws a RangeError where the arrays do not fit together or every trajectory is shorter than a chunk.
 * @see reference agent/dataset/sequence.py: StitchedSequenceDataset
 */
export function chunkDataset(
  data: {
    /** [R, Do]. */
    readonly states: Float32Array;
    /** [R, Da]. */
    readonly actions: Float32Array;
    /** Rows of each trajectory, in order. */
    readonly trajLengths: ArrayLike<number>;
    readonly obsDim: number;
    readonly actionDim: number;
  },
  {
    condSteps,
    horizonSteps,
  }: {
    /** To. */
    readonly condSteps: number;
    /** Ta. */
    readonly horizonSteps: number;
  },
): ChunkDataset {
  const { states, actions, obsDim, actionDim } = data;
  const { starts, before } = pairs(data, condSteps, horizonSteps);
  return {
    length: starts.length,
    gather: (indices) => {
      const batch = indices.length;
      const obs = new Float32Array(batch * condSteps * obsDim);
      const chunk = new Float32Array(batch * horizonSteps * actionDim);
      for (let b = 0, o = 0, a = 0; b < batch; b++) {
        const index = indices[b];
        if (!(index >= 0 && index < starts.length && Number.isInteger(index))) {
          throw new RangeError(`gather: index ${index} at ${b}, wanted an integer in [0, ${starts.length})`);
        }
        const start = starts[index];
        for (let k = condSteps - 1; k >= 0; k--) {
          const from = (start - Math.min(before[index], k)) * obsDim;
          for (let d = 0; d < obsDim; d++) obs[o++] = states[from + d];
        }
        const to = (start + horizonSteps) * actionDim;
        for (let i = start * actionDim; i < to; i++) chunk[a++] = actions[i];
      }
      return {
        'obs.state': { shape: [condSteps, obsDim], data: obs },
        actions: { shape: [horizonSteps, actionDim], data: chunk },
      };
    },
  };
}

/** The row of each pair and the number of rows before it in its trajectory, both [length]. */
function pairs(
  data: Parameters<typeof chunkDataset>[0],
  condSteps: number,
  horizonSteps: number,
): { starts: Int32Array; before: Int32Array } {
  const { states, actions, obsDim, actionDim } = data;
  for (const [name, value] of Object.entries({ obsDim, actionDim, condSteps, horizonSteps })) {
    if (!(Number.isInteger(value) && value > 0)) {
      throw new RangeError(`chunkDataset: ${name} ${value}, wanted a positive integer`);
    }
  }
  const trajLengths = Float64Array.from(data.trajLengths);
  const negative = trajLengths.find((length) => !(Number.isInteger(length) && length >= 0));
  if (negative !== undefined) {
    throw new RangeError(`chunkDataset: trajLengths has ${negative}, wanted integers from 0`);
  }
  const rows = trajLengths.reduce((a, b) => a + b, 0);
  if (states.length < rows * obsDim || actions.length < rows * actionDim) {
    throw new RangeError(
      `chunkDataset: trajLengths sum to ${rows}, but states hold ${states.length / obsDim} rows of ${obsDim} and ` +
        `actions ${actions.length / actionDim} rows of ${actionDim}`,
    );
  }
  const count = trajLengths.reduce((sum, length) => sum + Math.max(0, length - horizonSteps + 1), 0);
  if (count === 0) {
    throw new RangeError(
      `chunkDataset: the longest of ${trajLengths.length} trajectories has ${trajLengths.reduce((a, b) => Math.max(a, b), 0)} rows, ` +
        `wanted horizonSteps ${horizonSteps} or more`,
    );
  }
  const [starts, before] = [new Int32Array(count), new Int32Array(count)];
  let n = 0;
  let first = 0;
  for (const length of trajLengths) {
    for (let i = 0; i <= length - horizonSteps; i++, n++) {
      starts[n] = first + i;
      before[n] = i;
    }
    first += length;
  }
  return { starts, before };
}
