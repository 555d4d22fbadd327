import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import type { Timing } from './phase.ts';

export interface PhaseFacts {
  readonly name: string;
  readonly flops?: number;
  readonly makes?: { readonly count: number; readonly unit: string };
}

export interface Measured extends Timing {
  /** Largest resident memory of the program so far, bytes. */
  readonly rss: number;
}

/** A program that measures phases when asked (see serve.ts). */
export interface Contender {
  readonly about: string;
  readonly phases: readonly PhaseFacts[];
  measure(phase: string): Promise<Measured>;
  close(): void;
}

/** Starts a program that answers in lines of JSON. Throws an Error with its last words where it ends early. */
export async function contender(
  command: string,
  args: readonly string[],
  { cwd }: { cwd?: string } = {},
): Promise<Contender> {
  const child = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', PYTHONWARNINGS: 'ignore' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (data: Buffer) => {
    words = (words + data.toString()).slice(-2000);
  });
  child.stdin.on('error', () => {}); // the answer that does not come says it better
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args.join(' ')} ended early:\n${words}`);
    const parsed: T = JSON.parse(value);
    return parsed;
  };
  const { about, phases } = await answer<Pick<Contender, 'about' | 'phases'>>();
  return {
    about,
    phases,
    measure: (phase) => {
      child.stdin.write(`${phase}\n`);
      return answer<Measured>();
    },
    close: () => child.stdin.end(),
  };
}
