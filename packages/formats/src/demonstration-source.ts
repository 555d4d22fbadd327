/** One recorded episode of T steps, in the units of its file. */
export interface Episode {
  /** oₜ, what each action was chosen on [T, Do]. */
  readonly obs: Float32Array;
  /** aₜ [T, Da] */
  readonly actions: Float32Array;
  /** What each action earned [T]. */
  readonly rewards: Float32Array;
  /** Whether the last step ended the task. */
  readonly terminated: boolean;
  /** Whether the episode was cut after its last step. */
  readonly truncated: boolean;
}

/** Demonstrations that are read episode by episode, one of them in memory at a time. */
export interface DemonstrationSource {
  readonly format: Format;
  /** What an observation is made of, in this order. */
  readonly obsKeys: readonly string[];
  /** Images that were recorded beside them, none of which is read. */
  readonly images: readonly string[];
  /** Do */
  readonly obsDim: number;
  /** Da */
  readonly actionDim: number;
  /** Reads all episodes in their order; each call begins anew. */
  episodes(): AsyncIterable<Episode>;
  /** Gives the file back. */
  close(): void;
}

/** The projects whose layouts are read. */
export type Format = 'robomimic' | 'd4rl' | 'minari' | 'lerobot' | 'diffusion_policy';

/** Which parts of the file are read. */
export interface ReadOptions {
  /** What an observation is made of, in this order; by default what the format's users take. */
  readonly obsKeys?: readonly string[] | undefined;
  /** Of robomimic: only the demonstrations that this mask lists, such as `train`. */
  readonly filterKey?: string | undefined;
}
