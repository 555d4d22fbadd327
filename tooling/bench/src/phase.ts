/** One piece of the work of a training iteration, ready to be run as often as asked. */
export interface Phase {
  readonly name: string;
  /** What one run computes in matrix products, floating-point operations; absent where products are not what takes the time. */
  readonly flops?: number;
  /** How many things one run makes, and what they are: `{ count: 160, unit: 'env steps' }`. */
  readonly makes?: { readonly count: number; readonly unit: string };
  /** Runs that one measurement holds. */
  readonly repeats: number;
  readonly run: () => void | Promise<void>;
}

/** Time of one run, seconds. */
export interface Timing {
  readonly wall: number;
  readonly cpu: number;
}
