/** SHA-256 of some bytes in hexadecimal digits: their name in the cluster. */
export type Digest = string;

/** What is to be computed; with the shared bytes that it names it decides the result to the last bit. */
export interface Task {
  /** One of those that the workers' `Compute` knows. */
  readonly kind: string;
  /** Names of what `share` took. */
  readonly shared: readonly Digest[];
  /** What is this task's alone. */
  readonly data: Uint8Array;
}

/**
 * Computes a `task`; the same task gives the same bytes anywhere. Bytes that the task names are `shared(name)`, to be read and not
 * written; `signal` aborts where nobody waits for the result any more. What it throws is the task's own error.
 */
export type Compute = (
  task: Task,
  shared: (name: Digest) => Promise<Uint8Array>,
  signal: AbortSignal,
) => Promise<Uint8Array>;

/** One that computes tasks. */
export interface WorkerInfo {
  /** Host, process and a few random digits. */
  readonly name: string;
  /** Results of it that were taken. */
  readonly computed: number;
}

/** How `map` of a `Cluster` may be stopped. */
export interface MapOptions {
  /** Its abort rejects with its reason, and the tasks are dropped. */
  readonly signal?: AbortSignal;
}

/** Processes that compute tasks. */
export interface Cluster {
  /** Keeps `bytes` for the workers, and returns their name. */
  share(bytes: Uint8Array): Promise<Digest>;
  /** Lets go of shared bytes by their `names`; a name that is not known is no error. */
  forget(...names: readonly Digest[]): Promise<void>;
  /**
   * Results in the order of the `tasks`, whoever computed them and however often.
   *
   * @throws Error what a task threw, if it did so twice, on two workers if there are two
   */
  map(tasks: readonly Task[], options?: MapOptions): Promise<Uint8Array[]>;
  /** Those that were heard of lately. */
  readonly workers: () => readonly WorkerInfo[];
  /** Ends the run: what is open rejects, and workers leave; a second call does nothing. */
  close(): Promise<void>;
}
