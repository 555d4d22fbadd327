/** Where time comes from; a test has one of its own. */
export interface Clock {
  /** Seconds since any moment, never less than before. */
  now(): number;
  /** Resolves when `now` is `time`, or as soon as `signal` says so. */
  until(time: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of the machine. Its timers count whole milliseconds, so that a tick is late by up to one; who is woken early waits again. */
export const wallClock: Clock = {
  now: () => performance.now() / 1000,
  until: (time, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      let timer: ReturnType<typeof setTimeout>;
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      // Also where it is late already: others have their turn.
      const wait = (): void => {
        const wake = (): void => (wallClock.now() < time ? wait() : done());
        timer = setTimeout(wake, Math.max(Math.ceil(1000 * (time - wallClock.now())), 0));
      };
      signal?.addEventListener('abort', done);
      wait();
    }),
};
