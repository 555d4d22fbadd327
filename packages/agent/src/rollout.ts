/** T steps of N environments as row-major host arrays, time first. */
export interface Rollout {
  /** T, chunks per environment. */
  readonly steps: number;
  /** N, environments. */
  readonly count: number;
  /** [To, Do] */
  readonly obsShape: readonly number[];
  /** K′ */
  readonly transitions: number;
  /** Ta */
  readonly horizonSteps: number;
  /** Da */
  readonly actionDim: number;
  /** What the policy saw [T, N, To, Do]. */
  readonly obs: Float32Array;
  /** What each step led to, before any reset [T, N, To, Do]. */
  readonly reached: Float32Array;
  /** The trained part of each chunk's path, its action last [T, N, K′ + 1, Ta, Da]. */
  readonly chains: Float32Array;
  /** ln p of each transition under which it was drawn, as `chunkLogProb` gives it [T, N, K′]. */
  readonly logProbs: Float32Array;
  /** [T, N] */
  readonly rewards: Float32Array;
  /** Whether the task ended in the step [T, N]. */
  readonly terminated: Uint8Array;
  /** Whether the episode was cut there although rewards could follow [T, N]. */
  readonly truncated: Uint8Array;
  /** Whether a step is the first of its episode [T, N]. */
  readonly firsts: Uint8Array;
  /** Environment steps taken by all N. */
  readonly envSteps: number;
  /** Episodes that ended within the rollout, whenever they began. */
  readonly episodes: readonly Episode[];
}

/** One finished episode. */
export interface Episode {
  /** Sum of its rewards, not discounted. */
  readonly return: number;
  /** Environment steps. */
  readonly length: number;
}

/** Where N environments stand between two rollouts. */
export interface Standing {
  /** [N, To, Do] */
  readonly obs: Float32Array;
  /** Whether the next step is the first of its episode [N]. */
  readonly firsts: Uint8Array;
  /** Rewards of the running episodes so far [N]. */
  readonly returns: Float64Array;
  /** Environment steps of the running episodes so far [N]. */
  readonly lengths: Float64Array;
}
