import type { Spread } from './recent.ts';

/** What a controller has done since it was made. */
export interface RealTimeMetrics {
  /** Ticks that were played. */
  readonly ticks: number;
  /** Ticks before the first chunk of an episode, which gave no action. */
  readonly waits: number;
  /** Ticks whose chunk was late, for which `onMiss` decided. */
  readonly misses: number;
  /** Ticks that were left out, as the robot or the machine was slower than `controlHz`. */
  readonly skipped: number;
  /** Chunks that arrived in time to be executed. */
  readonly plans: number;
  /** Chunks that arrived when all their actions were of the past. */
  readonly stale: number;
  /** Chunks that arrived after the episode that they were planned for. */
  readonly discarded: number;
  /** d, ticks from an observation to the action that the next chunk is expected to begin with. */
  readonly delay: number;
  /** From asking for a chunk to having it; of the last 1,000. */
  readonly latency: Spread;
  /** How far the time between two ticks is from 1/controlHz; of the last 1,000. */
  readonly jitter: Spread;
}
