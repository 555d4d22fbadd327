import { constants } from 'node:os';

/** A request to stop, from the keyboard or the system. */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

/** The first SIGINT or SIGTERM aborts the signal, the second ends the process at once. */
export function stopOnSignals(say: (line: string) => void): StopSignal {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM'] as const;
  const listener = (name: (typeof names)[number]): void => {
    if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
    say(`${name}: stopping; once more to stop at once`);
    controller.abort(new Error(`stopped by ${name}`));
  };
  for (const name of names) process.on(name, listener);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.removeListener(name, listener);
    },
  };
}
