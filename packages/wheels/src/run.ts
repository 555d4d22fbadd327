import { spawn } from 'node:child_process';

/** How a program ended. */
export interface Finished {
  /** Whether its exit code was 0. */
  readonly ok: boolean;
  readonly stdout: string;
  /** With the reason at its end where the program did not start or a signal ended it. */
  readonly stderr: string;
}

/** How a program runs. */
export interface RunOptions {
  /** Environment variables beside those of this process; undefined: it is taken away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Its abort ends the program. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program with its arguments, the `words`, to its end; one that does not exist is one that failed. An abort ends it and rejects. */
export function run(words: readonly string[], { env = {}, signal }: RunOptions = {}): Promise<Finished> {
  const [program = '', ...args] = words;
  return new Promise((resolve, reject) => {
    const output = { stdout: '', stderr: '' };
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
    }
    child.on('error', (error) => {
      if (signal?.aborted) reject(error);
      else resolve({ ok: false, ...output, stderr: error.message });
    });
    child.on('close', (code, killedBy) => {
      const stderr = killedBy ? `${output.stderr}\nended by ${killedBy}` : output.stderr;
      resolve({ ok: code === 0, ...output, stderr });
    });
  });
}

/** The first of `programs`, each with its first arguments, that runs. */
export async function firstThatRuns(
  programs: readonly (readonly string[])[],
  options: RunOptions = {},
): Promise<string[] | undefined> {
  for (const program of programs) {
    if ((await run([...program, '--version'], options)).ok) return [...program];
  }
  return undefined;
}
