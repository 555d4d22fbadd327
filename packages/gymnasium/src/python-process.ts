import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

import { decoder, encoded, type Frame } from './frames.ts';

const program = fileURLToPath(new URL('../python/dppo_env.py', import.meta.url));

/** The last of what a process wrote to standard error. */
const KEPT = 4000;

/** A Python process that answers one request after another. */
export interface PythonProcess {
  /** Rejects where Python raises, with its traceback, where the process ends, and after `timeout` seconds without an answer. */
  ask(kind: string, body: Uint8Array): Promise<Frame>;
  /** Ends the process. */
  close(): void;
}

interface Pending {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the server of environments under `python`. */
export function pythonProcess(python: string, timeout: number): PythonProcess {
  const child = spawn(python, ['-u', program], { stdio: ['pipe', 'pipe', 'pipe'] });
  let pending: Pending | undefined;
  let said = '';
  let ended: Error | undefined;
  const end = (error: Error): void => {
    ended ??= error;
    child.kill('SIGKILL');
    pending?.reject(ended);
    pending = undefined;
  };
  child.stdout.on(
    'data',
    decoder((frame) => {
      const asked = pending;
      pending = undefined;
      if (frame.kind === 'e') asked?.reject(new Error(`gymnasium: ${told(frame.body.toString())}`));
      else asked?.resolve(frame);
    }),
  );
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-KEPT);
  });
  // A request to a process that has just ended: `close` below says why.
  child.stdin.on('error', () => {});
  child.on('error', (error) =>
    end(new Error(`gymnasium: ${python} cannot be started: ${error.message}`, { cause: error })),
  );
  child.on('close', (code, signal) =>
    end(new Error(`gymnasium: the Python process ended with ${signal ?? code}: ${told(said)}`)),
  );
  // A program that forgets to close the environments may end all the same; while it waits for an answer, the timer keeps it.
  child.unref();
  for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
  return {
    ask: (kind, body) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(ended);
          return;
        }
        const timer = setTimeout(
          () => end(new Error(`gymnasium: no answer for ${timeout} s; wanted one, or a longer timeout`)),
          timeout * 1000,
        );
        const settle =
          <T>(done: (value: T) => void) =>
          (value: T): void => {
            clearTimeout(timer);
            done(value);
          };
        pending = { resolve: settle(resolve), reject: settle(reject) };
        child.stdin.write(encoded(kind, body));
      }),
    close: () => end(new Error('gymnasium: these environments are closed')),
  };
}

/** What Python says, and what may be done about it. */
function told(text: string): string {
  const advice = /No module named '(gymnasium|numpy)'/.test(text)
    ? '; wanted a Python that has Gymnasium: pip install gymnasium, or name another one'
    : '';
  return `${text.trim() || 'it said nothing'}${advice}`;
}
