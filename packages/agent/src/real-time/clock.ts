/** Where time comes from; a test has one of its own. */
export interface Clock {
  /** Seconds since any moment, never less than before. */
  now(): number;
  /** Resolves when `now` is `time`, or as soon as `signal` says so. */
  until(time: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of the machine. Its timers count whole milliseconds, so that a tick is late by up to one, and never early. */
export const wallClock: Clock = {
  now: () => performance.now() / 1000,
  until: (time, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.max(Math.ceil(time * 1000 - performance.now()), 0));
      signal?.addEventListener('abort', done);
    }),
};
