/** How far a long task has come. */
export interface Progress {
  /** Finished units; the first one told is where the task began. */
  readonly done: number;
  readonly total: number;
  /** What is counted, such as iterations. */
  readonly unit: string;
  /** What is going on, with the latest numbers. */
  readonly text: string;
  /** The longest that it may still take, seconds. */
  readonly atMost?: number;
}

/** What a command shows besides its sentences. */
export interface Live {
  readonly progress: (progress: Progress) => void;
  /** Numbers by name, as in metrics.jsonl; shown with --json alone, as a sentence has them for people. */
  readonly row: (values: object) => void;
}

/** Shows nothing. */
export const noLive: Live = { progress: () => {}, row: () => {} };
