/** What is known of a phase before it has run. */
export interface PhaseFacts {
  readonly name: string;
  /** What one run computes in matrix products, floating-point operations; absent where products are not what takes the time. */
  readonly flops?: number;
  /** How many things one run makes, and what they are: `{ count: 160, unit: 'env steps' }`. */
  readonly makes?: { readonly count: number; readonly unit: string };
}

/** Does the work of a phase once. */
export type Run = () => void | Promise<void>;

/** One piece of the work of a training iteration. */
export interface Phase extends PhaseFacts {
  /** Makes what the work takes. */
  readonly prepare: () => Run | Promise<Run>;
}

/** How the names of the phases begin whose memory is that of training. */
export const iterationName = 'whole iteration';

/** What one run took, seconds, and the largest resident memory of the program so far, bytes. */
export interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly rss: number;
}
