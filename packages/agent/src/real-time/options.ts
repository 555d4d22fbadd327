import { checkCounts } from '../check-counts.ts';
import { checkFractions, checkNotNegative } from '../check-numbers.ts';
import type { Clock } from './clock.ts';
import type { OnMiss } from './on-miss.ts';
import type { Overlap } from './overlap.ts';
import type { Planner } from './planning.ts';

/** How a robot is controlled. */
export interface RealTimeOptions {
  /** Ticks a second. */
  readonly controlHz: number;
  /** s, actions executed of a chunk; as many as planning takes ticks where that is more. */
  readonly actSteps: number;
  /** What becomes of chunks that overlap, such as `ensembled()` or `chunking()`. */
  readonly overlap?: Overlap;
  /** The action of a tick whose chunk is late, such as `goOn` or `stopAt([0])`. */
  readonly onMiss?: OnMiss;
  /** How long a chunk is expected to take, in seconds, until one was measured. */
  readonly latency?: number;
  /** Which quantile of the last 100 delays the next chunk is asked for in time for. */
  readonly latencyQuantile?: number;
  /** What latency and jitter are measured with. */
  readonly clock?: Pick<Clock, 'now'>;
}

type Timing = Required<Pick<RealTimeOptions, 'controlHz' | 'actSteps' | 'latency' | 'latencyQuantile'>>;

/** Ticks that a chunk is expected to take before one was measured; throws unless the options suit the planner. */
export function expectedDelay(
  { obsDim, condSteps, horizonSteps, actionDim }: Planner,
  { controlHz, actSteps, latency, latencyQuantile }: Timing,
): number {
  if (!(controlHz > 0 && controlHz < Infinity)) {
    throw new RangeError(`realTime: controlHz is ${controlHz}, wanted a finite number above 0`);
  }
  checkNotNegative('realTime', { latency });
  checkFractions('realTime', { latencyQuantile });
  checkCounts('realTime', { actSteps, obsDim, condSteps, horizonSteps, actionDim });
  const delay = Math.ceil(latency * controlHz);
  const executed = Math.max(actSteps, delay);
  if (delay + executed > horizonSteps) {
    throw new RangeError(
      `realTime: horizonSteps is ${horizonSteps}, wanted at least ${delay + executed}: ${executed} actions to execute after ${delay} ticks of latency`,
    );
  }
  return delay;
}
