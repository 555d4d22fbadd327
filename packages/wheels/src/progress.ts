/** Told what is going on, and how far it has come where that is known. */
export type Progress = (phase: string, done?: number, total?: number) => void;

/** How work that takes long is watched and interrupted. */
export interface ProgressOptions {
  /** Called as the work goes on. */
  readonly progress?: Progress | undefined;
  /** Its abort interrupts the work, which then leaves nothing behind. */
  readonly signal?: AbortSignal | undefined;
}
