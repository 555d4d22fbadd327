import { checkNotNegative, checkPositive } from '../check-numbers.ts';
import type { Pull } from '../rollout/pull.ts';

/** The actions that are under way when the next chunk is asked for. */
export interface UnderWay {
  /** What is left of the newest chunk, from the tick of the observation on; none at the start of an episode. */
  readonly actions: readonly Float32Array[];
  /** d, ticks until the next chunk is expected: so many of the actions are executed whatever it says. */
  readonly delay: number;
  /** Ta, actions in the next chunk. */
  readonly horizonSteps: number;
  /** Da, numbers of one action. */
  readonly actionDim: number;
}

/** What becomes of chunks that have actions for the same ticks. */
export interface Overlap {
  /** The action of a tick, from what the chunks have `planned` for it, oldest first, at least one [Da]. */
  readonly blend: (planned: readonly Float32Array[]) => Float32Array;
  /** What the next chunk is pulled towards; free where absent. */
  readonly pull?: (underWay: UnderWay) => Pull;
}

/** The newest chunk wins: receding horizon. */
export const newest: Overlap = { blend: (planned) => planned[planned.length - 1] };

/**
 * All chunks have their say, the older the more: temporal ensembling, for `actSteps` far below Ta, 1 in the paper.
 *
 * a = Σ wᵢ · aᵢ,  wᵢ = exp(−m · i) / Σ exp(−m · j), i = 0 the oldest
 *
 * @param rate - m; the smaller, the sooner a new observation counts as much as those before
 * @throws RangeError unless rate is 0 or more
 * @see https://arxiv.org/abs/2304.13705 section IV-B and algorithm 2
 */
export function ensembled(rate = 0.01): Overlap {
  checkNotNegative('ensembled', { rate });
  return {
    blend: (planned) => {
      const weights = ensembleWeights(planned.length, rate);
      const [oldest] = planned;
      // Around the oldest, so that chunks that agree give what they agree on to the bit.
      return oldest.map((value, d) =>
        planned.reduce((sum, action, i) => sum + weights[i] * (action[d] - value), value),
      );
    },
  };
}

/** wᵢ of `ensembled` for so many chunks, oldest first; their sum is 1. */
export function ensembleWeights(count: number, rate: number): readonly number[] {
  const weights = Array.from({ length: count }, (_, i) => Math.exp(-rate * i));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** How much a new chunk is pulled. */
export interface ChunkingOptions {
  /** β of `pseudoinverseGuide`: the smaller, the freer is the new chunk. */
  readonly maxWeight?: number;
}

/**
 * Real-time chunking: the newest chunk wins, and was denoised so that it goes on from the actions that are executed until it arrives
 * and agrees with those after them as `softMask` says. Of a policy that denoises; a chunk takes longer, see `Guide` of @dppo/diffusion.
 *
 * @throws RangeError unless maxWeight is above 0
 * @see https://arxiv.org/abs/2506.07339 algorithm 1
 */
export function chunking({ maxWeight = 5 }: ChunkingOptions = {}): Overlap {
  checkPositive('chunking', { maxWeight });
  return {
    blend: newest.blend,
    pull: ({ actions, delay, horizonSteps, actionDim }) => ({
      // Also where nothing is under way, with weights of 0: the computation is one and the same, and compiled once.
      actions: padded(actions, horizonSteps, actionDim),
      weights: softMask({ horizonSteps, delay, overlap: actions.length }),
      maxWeight,
    }),
  };
}

/**
 * How much each action of a new chunk has to agree with the one before: wholly while that is executed, then ever less.
 *
 * Wᵢ = 1 for i < d, cᵢ(e^cᵢ − 1)/(e − 1) for d ≤ i < L, 0 for i ≥ L,  cᵢ = (L − i)/(L − d + 1)
 *
 * @param sizes - `horizonSteps`, Ta; `delay`, d; `overlap`, L = Ta − s, actions that are left of the chunk before
 * @see https://arxiv.org/abs/2506.07339 equation 5
 */
export function softMask({
  horizonSteps,
  delay,
  overlap,
}: Readonly<Record<'horizonSteps' | 'delay' | 'overlap', number>>): readonly number[] {
  return Array.from({ length: horizonSteps }, (_, i) => {
    if (i >= overlap) return 0;
    if (i < delay) return 1;
    const c = (overlap - i) / (overlap - delay + 1);
    return (c * Math.expm1(c)) / Math.expm1(1);
  });
}

/** The actions in one row [Ta · Da], 0 where there are none. */
function padded(actions: readonly Float32Array[], horizonSteps: number, actionDim: number): Float32Array {
  const row = new Float32Array(horizonSteps * actionDim);
  for (const [i, action] of actions.entries()) row.set(action, i * actionDim);
  return row;
}
