import { close, url } from 'node:inspector';
import { constants } from 'node:os';

/** What asks a process to stop: the keyboard, a terminal that closes, a scheduler that will soon kill. */
const names = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU'] as const;

type Name = (typeof names)[number];

/** The exit code of what was stopped and can be gone on with: EX_TEMPFAIL of sysexits.h. */
export const STOPPED = 75;

/** A request to stop, from the keyboard or the system. */
export interface StopSignal {
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

let listener: ((name: Name) => void) | undefined;

function dispatch(name: Name): void {
  listener?.(name);
}

/** Hears signals in place of who heard them before, until it is released: at no moment do they do what they do by default. */
function hear(own: (name: Name) => void): () => void {
  const before = listener;
  listener = own;
  if (before === undefined) for (const name of names) process.on(name, dispatch);
  return () => {
    listener = before;
    if (before === undefined) for (const name of names) process.removeListener(name, dispatch);
  };
}

/** The first signal aborts, the second ends the process at once. */
export function stopOnSignals(say: (line: string) => void): StopSignal {
  const controller = new AbortController();
  const release = hear((name) => {
    if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
    say(`${name}: stopping; once more to stop at once`);
    controller.abort(new Error(`stopped by ${name}`));
  });
  return { signal: controller.signal, release };
}

/** Ends the process at any signal as one that can be gone on with, as long as there is nothing to save. */
export function endOnSignals(): void {
  hear((name) => {
    process.stderr.write(`dppo: stopped by ${name}\n`);
    process.exit(process.exitCode ?? STOPPED);
  });
  if (debuggerOpened()) dispatch('SIGUSR1');
}

/** Lets SIGUSR1 end the process as other signals do: by default it opens Node's debugger, on a port. */
export function endOnUsr1(): void {
  process.on('SIGUSR1', endUnlessHeard);
  if (debuggerOpened()) endUnlessHeard();
}

function endUnlessHeard(): void {
  if (listener === undefined) process.exit(128 + constants.signals.SIGUSR1);
}

/** Whether SIGUSR1 came before anybody heard it, while Node started: it has opened the debugger then, which nobody asked for. */
function debuggerOpened(): boolean {
  const isAsked =
    process.execArgv.some((word) => word.startsWith('--inspect')) ||
    /--(inspect|require|import)|-r /.test(process.env['NODE_OPTIONS'] ?? '');
  if (isAsked || url() === undefined) return false;
  close();
  return true;
}
